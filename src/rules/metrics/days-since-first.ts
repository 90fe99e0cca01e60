// `days_since_first: EVENT`: calendar days from its earliest day to the day of T; null when it never happened.
import { events, where } from '../read/fields.ts';
import type { Window } from '../window.ts';
import { defineMetric } from './define-metric.ts';
import { seriesMetric } from './series-metric.ts';

const EVER: Window = { kind: 'ever' };

export const daysSinceFirst = defineMetric({
  key: 'days_since_first',
  fields: { days_since_first: events(), where: where() },
  docs: 'Calendar days since it first happened.',
  missing: 'it never happened',
  example: '{days_since_first: message_sent}',
  build: ({ days_since_first: eventSet, where: filter }) =>
    seriesMetric({
      kind: 'days_since_first',
      events: eventSet,
      where: filter,
      nullable: true,
      // It grows by time passing, which waits for the close.
      rising: false,
      sql: (context) =>
        `${context.anchor} - ${context.reduce({ aggregate: 'minOrNull', of: 'day_number', window: EVER })}`,
    }),
});
