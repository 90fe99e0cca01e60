// A metric's column: its kind writes the SQL, this file gives it the series, the days and the operands.
import type { Anchor, EmitContext, Metric, Reduction, Subject } from '../metric.ts';
import { anchorSql, type Compilation, type NeededSeries } from './compilation.ts';
import { identifySeries } from './identify-series.ts';
import type { PlanNode } from './plan.ts';

export function emitMetric(
  compilation: Compilation,
  metric: Metric,
  anchor: Anchor,
): { readonly sql: string; readonly reads: readonly PlanNode[] } {
  const reads: PlanNode[] = [];
  const series = needSeries(compilation, metric, anchor);
  const operandAt = (index: number, at: Anchor): string => {
    const node = compilation.emit.number(operandOf(metric, index), at);
    reads.push(node);
    return node.alias;
  };
  const context: EmitContext = {
    anchor: anchorSql(anchor),
    lastClosed: anchor.kind === 'T' ? 'closed_day' : anchorSql(anchor),
    firstDay: 'first_day',
    reduce: (reduction) => {
      if (series === undefined) throw new Error(`metric kind ${metric.kind} has no series to reduce`);
      return reductionColumn(compilation, reductionSql(series, reduction, anchor));
    },
    reachDays: (index) => compilation.emit.reachDays(operandOf(metric, index)),
    operand: (index) => operandAt(index, anchor),
    operandAt: (index, at) => operandAt(index, shift(anchor, at)),
  };
  const sql = metric.emit(context);
  return { sql: `CAST(${sql}, 'Nullable(Float64)')`, reads };
}

function reductionSql(series: NeededSeries, { aggregate, of, window }: Reduction, anchor: Anchor): string {
  const last = anchorSql(anchor);
  const since = window.kind === 'ever' ? '' : ` AND day_number > ${last} - ${window.days}`;
  const condition = `series_id = ${series.id}${since} AND day_number <= ${last}`;
  return `${aggregate}If(${of === undefined ? '' : `${of}, `}${condition})`;
}

/** Equal aggregates are one column. */
function reductionColumn(compilation: Compilation, sql: string): string {
  const alias = compilation.reductions.get(sql) ?? `r${compilation.reductions.size}`;
  compilation.reductions.set(sql, alias);
  return alias;
}

function operandOf(metric: Metric, index: number): Subject {
  const subject = metric.operands[index];
  if (subject === undefined) throw new Error(`metric kind ${metric.kind} has no operand ${index}`);
  return subject;
}

/** A `change` inside something that looks back itself looks back from there. */
const shift = (outer: Anchor, inner: Anchor): Anchor =>
  outer.kind === 'T' || inner.kind === 'T'
    ? inner.kind === 'T'
      ? outer
      : inner
    : { kind: 'closed', daysBack: outer.daysBack + inner.daysBack };

function needSeries(compilation: Compilation, metric: Metric, anchor: Anchor): NeededSeries | undefined {
  if (metric.series === undefined) return undefined;
  const id = identifySeries(metric.series, compilation.timezone);
  const reach = reachOf(metric, anchor);
  const known = compilation.series.get(id);
  if (known === undefined) {
    const needed = { id, definition: metric.series, reachDays: reach };
    compilation.series.set(id, needed);
    return needed;
  }
  known.reachDays =
    known.reachDays === undefined || reach === undefined ? undefined : Math.max(known.reachDays, reach);
  return known;
}

/** Days before T that are read; one more than needed, because a tick's last closed day is yesterday. */
function reachOf(metric: Metric, anchor: Anchor): number | undefined {
  if (metric.window?.kind !== 'days') return undefined;
  return metric.window.days + (anchor.kind === 'T' ? 0 : anchor.daysBack + 1);
}
