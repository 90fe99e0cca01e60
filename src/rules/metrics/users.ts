// `users: EVENT`: distinct users of the window, exact: user hashes are kept by day and united.
import { events, where, window } from '../read/fields.ts';
import { defineMetric } from './define-metric.ts';
import { seriesMetric } from './series-metric.ts';

export const users = defineMetric({
  key: 'users',
  fields: { users: events(), where: where(), window: window() },
  docs: 'How many different users did it, exactly.',
  example: '{users: any, window: 28d}',
  build: ({ users: eventSet, where: filter, window: days }) =>
    seriesMetric({
      kind: 'users',
      events: eventSet,
      where: filter,
      window: days,
      unit: 'users',
      nullable: false,
      rising: true,
      sql: (context) => context.reduce({ aggregate: 'uniqExactArray', of: 'members', window: days }),
    }),
});
