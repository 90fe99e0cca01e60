// `users: EVENT`: distinct users of the window, exact: user hashes are kept by day and united.
import { events, where, window } from '../read/fields.ts';
import { defineMetric } from './define-metric.ts';
import { seriesMetric } from './series-metric.ts';
import { withinWindow } from './within-window.ts';

export const users = defineMetric({
  key: 'users',
  fields: { users: events(), where: where(), window: window() },
  docs: 'How many different users did it, exactly.',
  build: ({ users: eventSet, where: filter, window: days }) =>
    seriesMetric({
      kind: 'users',
      events: eventSet,
      where: filter,
      window: days,
      nullable: false,
      rising: true,
      sql: (context) =>
        `length(arrayDistinct(arrayFlatten(arrayFilter((m, d) -> ${withinWindow('d', days, context)}, ${context.column('members')}, ${context.days}))))`,
    }),
});
