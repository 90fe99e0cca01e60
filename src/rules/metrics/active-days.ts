// `active_days: EVENT`: days of the window with at least one event. Stored days without events do not reach us.
import { events, where, window } from '../read/fields.ts';
import { defineMetric } from './define-metric.ts';
import { seriesMetric } from './series-metric.ts';

export const activeDays = defineMetric({
  key: 'active_days',
  fields: { active_days: events(), where: where(), window: window() },
  docs: 'On how many days it happened at least once.',
  example: '{active_days: message_sent, window: 28d}',
  build: ({ active_days: eventSet, where: filter, window: days }) =>
    seriesMetric({
      kind: 'active_days',
      events: eventSet,
      where: filter,
      window: days,
      nullable: false,
      rising: true,
      unit: 'days',
      ...('days' in days ? { most: { value: days.days, instead: 'give it a longer window' } } : {}),
      sql: (context) => context.reduce({ aggregate: 'count', of: undefined, window: days }),
    }),
});
