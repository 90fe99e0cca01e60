// `days_since_first: EVENT`: calendar days from its earliest day to the day of T; null when it never happened.
import { events, where } from '../read/fields.ts';
import { defineMetric } from './define-metric.ts';
import { seriesMetric } from './series-metric.ts';

export const daysSinceFirst = defineMetric({
  key: 'days_since_first',
  fields: { days_since_first: events(), where: where() },
  docs: 'Days since it first happened; missing when it never did.',
  build: ({ days_since_first: eventSet, where: filter }) =>
    seriesMetric({
      kind: 'days_since_first',
      events: eventSet,
      where: filter,
      nullable: true,
      // It grows by time passing, which waits for the close.
      rising: false,
      sql: ({ anchor, days }) =>
        `${anchor} - arrayReduce('minOrNull', arrayFilter(d -> d <= ${anchor}, ${days}))`,
    }),
});
