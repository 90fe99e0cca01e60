// What metrics of a date trait share.
import type { EmitContext, Metric } from '../metric.ts';

interface DateMetric {
  readonly kind: string;
  readonly trait: string;
  readonly sql: (context: EmitContext) => string;
}

/** Not rising: what becomes true by time passing waits for the close. */
export const dateMetric = ({ kind, trait, sql }: DateMetric): Metric => ({
  kind,
  definition: { kind, trait },
  series: [],
  operands: [],
  window: undefined,
  looksBackDays: 0,
  nullable: true,
  rising: false,
  emit: (context) => `toFloat64(${sql(context)})`,
});
