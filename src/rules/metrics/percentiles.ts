// `p50`, `p90`, `p95`, `p99: PROPERTY, of: EVENT`: percentiles of the numeric values, within 1 %.
import { QUANTILES } from '../compile/write-series-rows.ts';
import { events, property, where, window } from '../read/fields.ts';
import { defineMetric, type MetricKind } from './define-metric.ts';
import { measuredNumbers, valuesIn } from './measured-numbers.ts';

/** In the order of the levels that are stored. */
const KEYS = ['p50', 'p90', 'p95', 'p99'] as const;

export const percentiles: readonly MetricKind[] = KEYS.map((key, index) =>
  defineMetric<PercentileFields>({
    key,
    fields: { [key]: property(), of: events(), where: where(), window: window() } as PercentileFields,
    docs: `The ${key.slice(1)}th percentile of a numeric property, within 1 %.`,
    missing: 'no event of the window has a number',
    example: `{${key}: milliseconds, of: search_run, window: 28d}`,
    build: ({ [key]: measured, of, where: filter, window: days }) =>
      measuredNumbers({
        kind: key,
        property: measured,
        events: of,
        where: filter,
        window: days,
        sql: (context) => {
          const levels = context.reduce({
            aggregate: 'quantilesDDMergeArray',
            parameters: QUANTILES,
            of: 'v_quantiles',
            window: days,
          });
          return `if(${valuesIn(days, context)} > 0, ${levels}[${index + 1}], NULL)`;
        },
      }),
  }),
);

/** One of the four keys at a time. */
type PercentileFields = Readonly<Record<(typeof KEYS)[number], ReturnType<typeof property>>> & {
  readonly of: ReturnType<typeof events>;
  readonly where: ReturnType<typeof where>;
  readonly window: ReturnType<typeof window>;
};
