// `active_weeks: EVENT`: ISO weeks, Monday first, with at least one event among the days of the window.
import { events, where, window } from '../read/fields.ts';
import { defineMetric } from './define-metric.ts';
import { seriesMetric } from './series-metric.ts';

export const activeWeeks = defineMetric({
  key: 'active_weeks',
  fields: { active_weeks: events(), where: where(), window: window() },
  docs: 'In how many calendar weeks, Monday to Sunday, it happened at least once.',
  example: '{active_weeks: message_sent, window: 8w}',
  build: ({ active_weeks: eventSet, where: filter, window: days }) =>
    seriesMetric({
      kind: 'active_weeks',
      events: eventSet,
      where: filter,
      window: days,
      nullable: false,
      rising: true,
      sql: (context) => context.reduce({ aggregate: 'uniqExact', of: WEEK, window: days }),
    }),
});

/** Day 0 is a Thursday, so that day −3 is a Monday. Events before 1970 are not stored. */
const WEEK = 'intDiv(day_number + 3, 7)';
