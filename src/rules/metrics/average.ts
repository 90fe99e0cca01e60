// `avg: PROPERTY, of: EVENT`: the mean of the numeric values.
import { events, property, where, window } from '../read/fields.ts';
import { defineMetric } from './define-metric.ts';
import { measuredNumbers, valuesIn } from './measured-numbers.ts';

export const average = defineMetric({
  key: 'avg',
  fields: { avg: property(), of: events(), where: where(), window: window() },
  docs: 'The mean of a numeric property.',
  missing: 'no event of the window has a number',
  example: '{avg: amount, of: invoice_paid, window: 90d}',
  build: ({ avg: measured, of, where: filter, window: days }) =>
    measuredNumbers({
      kind: 'avg',
      property: measured,
      events: of,
      where: filter,
      window: days,
      sql: (context) =>
        `toFloat64(${context.reduce({ aggregate: 'sum', of: 'v_sum', window: days })}) / nullIf(${valuesIn(days, context)}, 0)`,
    }),
});
