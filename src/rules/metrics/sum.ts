// `sum: PROPERTY, of: EVENT`: numeric values added up. Values may be negative, so that events may lower it.
import { events, property, where, window } from '../read/fields.ts';
import { defineMetric } from './define-metric.ts';
import { seriesMetric } from './series-metric.ts';

export const sum = defineMetric({
  key: 'sum',
  fields: { sum: property(), of: events(), where: where(), window: window() },
  docs: 'The sum of a numeric property; 0 when it never had a value.',
  example: '{sum: amount, of: invoice_paid, window: 90d}',
  build: ({ sum: measured, of, where: filter, window: days }) =>
    seriesMetric({
      kind: 'sum',
      events: of,
      where: filter,
      measure: { kind: 'numbers', property: measured },
      window: days,
      nullable: false,
      rising: false,
      sql: (context) => context.reduce({ aggregate: 'sum', of: 'v_sum', window: days }),
    }),
});
