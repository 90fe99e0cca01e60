// `min: PROPERTY, of: EVENT`: the smallest of the numeric values.
import { events, property, where, window } from '../read/fields.ts';
import { defineMetric } from './define-metric.ts';
import { measuredNumbers } from './measured-numbers.ts';

export const minimum = defineMetric({
  key: 'min',
  fields: { min: property(), of: events(), where: where(), window: window() },
  docs: 'The smallest value of a numeric property.',
  missing: 'no event of the window has a number',
  example: '{min: amount, of: invoice_paid, window: 90d}',
  build: ({ min: measured, of, where: filter, window: days }) =>
    measuredNumbers({
      kind: 'min',
      property: measured,
      events: of,
      where: filter,
      window: days,
      sql: (context) =>
        context.reduce({ aggregate: 'minOrNull', of: 'if(v_n > 0, v_min, NULL)', window: days }),
    }),
});
