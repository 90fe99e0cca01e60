// `max: PROPERTY, of: EVENT`: the largest of the numeric values. Events can only raise it.
import { events, property, where, window } from '../read/fields.ts';
import { defineMetric } from './define-metric.ts';
import { measuredNumbers } from './measured-numbers.ts';

export const maximum = defineMetric({
  key: 'max',
  fields: { max: property(), of: events(), where: where(), window: window() },
  docs: 'The largest value of a numeric property.',
  missing: 'no event of the window has a number',
  example: '{max: amount, of: invoice_paid, window: 90d}',
  build: ({ max: measured, of, where: filter, window: days }) =>
    measuredNumbers({
      kind: 'max',
      property: measured,
      events: of,
      where: filter,
      window: days,
      rising: true,
      sql: (context) =>
        context.reduce({ aggregate: 'maxOrNull', of: 'if(v_n > 0, v_max, NULL)', window: days }),
    }),
});
