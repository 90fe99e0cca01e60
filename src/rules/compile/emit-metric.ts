// A metric's column: its kind writes the SQL, this file gives it the series, the days and the operands.
import type { Condition } from '../condition.ts';
import type { Anchor, EmitContext, Metric, MetricSeries, Subject } from '../metric.ts';
import type { Window } from '../window.ts';
import { anchorSql, type Compilation, type NeededSeries } from './compilation.ts';
import { emitPreparation } from './emit-preparation.ts';
import { emitReduction } from './emit-reduction.ts';
import { emitTrait, textToDay } from './emit-trait.ts';
import { emitWindowEnd, emitWindowStart } from './emit-window.ts';
import { identifySeries } from './identify-series.ts';
import type { PlanNode } from './plan.ts';
import { reachOfMetric } from './reach-of-metric.ts';

interface EmittedMetric {
  readonly sql: string;
  readonly reads: readonly PlanNode[];
}

export function emitMetric(compilation: Compilation, metric: Metric, anchor: Anchor): EmittedMetric {
  const reads: PlanNode[] = [];
  const read = (node: PlanNode): string => {
    reads.push(node);
    return node.alias;
  };
  const series = metric.series.map((one) => needSeries(compilation, { metric, one, anchor }));
  const operandAt = (index: number, at: Anchor): string =>
    read(compilation.emit.number(operandOf(metric, index), at));
  const context: EmitContext = {
    anchor: anchorSql(anchor),
    lastClosed: anchor.kind === 'T' ? 'closed_day' : anchorSql(anchor),
    firstDay: 'first_day',
    reachDays: (index) => compilation.emit.reachDays(operandOf(metric, index)),
    windowStart: (window) => emitWindowStart(compilation, window, anchor) ?? 'first_day',
    windowEnd: (window) => emitWindowEnd(window, anchor),
    reduce: (reduction) => {
      const needed = series[reduction.series ?? 0];
      const users = metric.series[reduction.series ?? 0]?.users;
      if (needed === undefined || users === undefined)
        throw new Error(`metric kind ${metric.kind} has no series ${reduction.series ?? 0}`);
      return emitReduction(compilation, { series: needed, users, reduction, anchor });
    },
    operand: (index) => operandAt(index, anchor),
    operandAt: (index, at) => operandAt(index, shift(anchor, at)),
    conditionAt: (index, at) =>
      read(compilation.emit.condition(conditionOf(metric, index), shift(anchor, at))),
    traitDay: (trait) => textToDay(compilation, read(emitTrait(compilation, trait, anchor))),
    prepared: () => emitPreparation(compilation, metric, anchor),
  };
  const sql = metric.emit(context);
  return { sql: `CAST(${known(compilation, metric.window, { sql, anchor })}, 'Nullable(Float64)')`, reads };
}

/** Nothing is known of a window that begins at a trait that is not there. */
function known(
  compilation: Compilation,
  window: Window | undefined,
  { sql, anchor }: { readonly sql: string; readonly anchor: Anchor },
): string {
  if (window?.kind !== 'since') return sql;
  return `if(isNull(${emitWindowStart(compilation, window, anchor)}), NULL, ${sql})`;
}

function operandOf(metric: Metric, index: number): Subject {
  const subject = metric.operands[index];
  if (subject === undefined) throw new Error(`metric kind ${metric.kind} has no operand ${index}`);
  return subject;
}

function conditionOf(metric: Metric, index: number): Condition {
  const condition = metric.conditions?.[index];
  if (condition === undefined) throw new Error(`metric kind ${metric.kind} has no condition ${index}`);
  return condition;
}

/** A `change` inside something that looks back itself looks back from there. */
function shift(outer: Anchor, inner: Anchor): Anchor {
  if (inner.kind === 'T') return outer;
  if (outer.kind === 'T') return inner;
  // The day of an outer anchor is whole: units that end before it are told from that day on.
  if (inner.end === undefined) return { ...outer, daysBack: outer.daysBack + inner.daysBack };
  if (outer.end !== undefined) throw new Error('a streak cannot stand in a streak');
  return { ...inner, end: { ...inner.end, from: (inner.end.from ?? 0) + outer.daysBack } };
}

interface Needed {
  readonly metric: Metric;
  readonly one: MetricSeries;
  readonly anchor: Anchor;
}

function needSeries(compilation: Compilation, { metric, one, anchor }: Needed): NeededSeries {
  const id = identifySeries(one.definition, compilation.timezone);
  const reach = reachOfMetric(metric, anchor);
  const known = compilation.series.get(id);
  if (known === undefined) {
    const needed = { id, definition: one.definition, reachDays: reach };
    compilation.series.set(id, needed);
    return needed;
  }
  known.reachDays =
    known.reachDays === undefined || reach === undefined ? undefined : Math.max(known.reachDays, reach);
  return known;
}
