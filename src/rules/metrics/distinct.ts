// `distinct: PROPERTY, of: EVENT`: different values of a property, exactly. Missing and null are no value.
import { events, property, where, window } from '../read/fields.ts';
import { defineMetric } from './define-metric.ts';
import { seriesMetric } from './series-metric.ts';

export const distinct = defineMetric({
  key: 'distinct',
  fields: { distinct: property(), of: events(), where: where(), window: window() },
  docs: 'How many different values a property had, exactly.',
  example: '{distinct: repository, of: search_run, window: 28d}',
  build: ({ distinct: measured, of, where: filter, window: days }) =>
    seriesMetric({
      kind: 'distinct',
      events: of,
      where: filter,
      measure: { kind: 'texts', property: measured },
      window: days,
      nullable: false,
      rising: true,
      sql: (context) => context.reduce({ aggregate: 'uniqExactArray', of: 'v_texts', window: days }),
    }),
});
