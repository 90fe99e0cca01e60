// `days_since_last: EVENT`: calendar days from its latest day to the day of T; null when it never happened.
import { events, where } from '../read/fields.ts';
import type { Window } from '../window.ts';
import { defineMetric } from './define-metric.ts';
import { seriesMetric } from './series-metric.ts';

const EVER: Window = { kind: 'ever' };

export const daysSinceLast = defineMetric({
  key: 'days_since_last',
  fields: { days_since_last: events(), where: where() },
  docs: 'Calendar days since it last happened.',
  missing: 'it never happened',
  example: '{days_since_last: any}',
  build: ({ days_since_last: eventSet, where: filter }) =>
    seriesMetric({
      kind: 'days_since_last',
      events: eventSet,
      where: filter,
      nullable: true,
      rising: false,
      sql: (context) =>
        `${context.anchor} - ${context.reduce({ aggregate: 'maxOrNull', of: 'day_number', window: EVER })}`,
    }),
});
