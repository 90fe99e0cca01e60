// `top_share: EVENT`: the share of the most active user in the events that have a user.
import { events, explained, number, where, window } from '../read/fields.ts';
import { sqlNumber } from '../sql-number.ts';
import { defineMetric } from './define-metric.ts';
import { seriesMetric } from './series-metric.ts';

export const topShare = defineMetric({
  key: 'top_share',
  fields: {
    top_share: events(),
    where: where(),
    window: window(),
    min_total: explained(number('min_total'), 'with fewer events of users it says nothing; default 1'),
  },
  docs: 'The share of the most active user, 0 to 1: near 1, one person carries the account.',
  missing: 'fewer events than min_total have a user',
  example: '{top_share: any, window: 28d, min_total: 20}',
  build: ({ top_share: eventSet, where: filter, window: days, min_total: least = 1 }) =>
    seriesMetric({
      kind: 'top_share',
      events: eventSet,
      where: filter,
      perUser: true,
      window: days,
      nullable: true,
      rising: false,
      unit: 'share',
      most: { value: 1 },
      options: { min_total: least },
      sql: (context) => {
        // Each row is a user's day, and the list of its users holds that one, or nobody.
        const perUser = context.reduce({
          aggregate: 'sumMap',
          of: 'members, arrayResize([n], length(members))',
          window: days,
        });
        const counts = `tupleElement(${perUser}, 2)`;
        return `arrayMap(total -> if(total >= ${sqlNumber(least)}, arrayMax(${counts}) / nullIf(total, 0), NULL), [arraySum(${counts})])[1]`;
      },
    }),
});
