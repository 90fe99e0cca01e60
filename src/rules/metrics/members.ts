// `members: any`: users that belong to the account, active or not; with a window, those who joined in it.
import { allMembers, explained, optional, where, window } from '../read/fields.ts';
import type { Window } from '../window.ts';
import { defineMetric } from './define-metric.ts';
import { seriesMetric } from './series-metric.ts';

const EVER: Window = { kind: 'ever' };

export const members = defineMetric({
  key: 'members',
  fields: {
    members: allMembers(),
    where: where(),
    window: explained(optional(window()), 'only those who joined in it'),
  },
  docs: 'How many users belong to the account, active or not; with a window, how many joined in it.',
  example: '{members: any}',
  build: ({ members: everyone, where: filter, window: days = EVER }) =>
    seriesMetric({
      kind: 'members',
      events: everyone,
      where: filter,
      window: days,
      unit: 'users',
      nullable: false,
      rising: true,
      // A user joins once: on the day of the first membership.
      sql: (context) => context.reduce({ aggregate: 'sum', of: 'n', window: days }),
    }),
});
