// `last: PROPERTY, of: EVENT`: the value of the latest event that has a numeric one.
import { events, property, where, window } from '../read/fields.ts';
import { defineMetric } from './define-metric.ts';
import { measuredNumbers } from './measured-numbers.ts';

export const latest = defineMetric({
  key: 'last',
  fields: { last: property(), of: events(), where: where(), window: window() },
  docs: 'The latest value of a numeric property.',
  missing: 'no event of the window has a number',
  example: '{last: amount, of: invoice_paid, window: 90d}',
  build: ({ last: measured, of, where: filter, window: days }) =>
    measuredNumbers({
      kind: 'last',
      property: measured,
      events: of,
      where: filter,
      window: days,
      sql: (context) => context.reduce({ aggregate: 'argMaxOrNull', of: LATEST, window: days }),
    }),
});

/** Days without a value have a null, which the aggregate passes over. */
const LATEST = 'if(v_n > 0, v_last, NULL), v_last_at';
