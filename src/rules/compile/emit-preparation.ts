// The column of what a statement of its own computes beforehand: a sequence, or a rank among peers.

import { hashJson } from '../hash-json.ts';
import type { Anchor, Metric } from '../metric.ts';
import { anchorKey, anchorSql, type Compilation } from './compilation.ts';
import { emitTrait } from './emit-trait.ts';
import { emitWindowEnd, emitWindowStart } from './emit-window.ts';
import type { NeededPreparation } from './plan.ts';
import { reachOfMetric } from './reach-of-metric.ts';

export function emitPreparation(compilation: Compilation, metric: Metric, anchor: Anchor): string {
  const key = digits(hashJson([metric.definition, anchorKey(anchor)]));
  const known = compilation.preparations.get(key);
  if (known !== undefined) return known.alias;
  const { window } = metric;
  const reads = metric.prepare?.kind === 'rank' ? rankReads(compilation, metric, anchor) : [];
  const needed: NeededPreparation = {
    alias: `p${compilation.preparations.size}`,
    key,
    metric,
    anchor,
    first: window === undefined ? undefined : emitWindowStart(compilation, window, anchor),
    last: window === undefined ? anchorSql(anchor) : emitWindowEnd(window, anchor),
    reachDays: reachOfMetric(metric, anchor),
    reads,
  };
  compilation.preparations.set(key, needed);
  return needed.alias;
}

/** The value that is ranked, then the traits that peers share. */
function rankReads(compilation: Compilation, metric: Metric, anchor: Anchor): readonly string[] {
  const [operand] = metric.operands;
  if (operand === undefined || metric.prepare?.kind !== 'rank') return [];
  const traits = metric.prepare.among.map((trait) => emitTrait(compilation, trait, anchor).alias);
  return [compilation.emit.number(operand, anchor).alias, ...traits];
}

const digits = (hash: string): string => BigInt(`0x${hash.slice(0, 16)}`).toString();
