// Warnings about a rule that can be read but will disappoint: it flaps, misses accounts, or nobody answers for it.
import type { Condition, ConditionLeaf } from '../condition.ts';
import type { Metric } from '../metric.ts';
import type { ReadRule } from '../read/read-rule.ts';
import type { Definition, Reading } from '../read/reading.ts';
import type { Subject } from '../subject.ts';
import { leavesOf } from './leaves-of.ts';

export function lintRule(
  rule: ReadRule,
  definition: Definition,
  { reading, segments }: { readonly reading: Reading; readonly segments: ReadonlyMap<string, Condition> },
): void {
  const span = definition.keySpan;
  const leaves = leavesOf(rule.when, segments);
  const fleeting = leaves.find((leaf) => comesAndGoes(leaf.subject, reading));
  if (fleeting !== undefined && rule.resolveWhen === undefined && rule.keepOpenDays === 0) {
    const message = `rule "${rule.name}" can flap: "${fleeting.text.subject}" may cross its bound every day`;
    reading.problems.add('L001', span, message, 'add resolve_when with a lower bound, or keep_open: 3d');
  }
  lintNever(leaves, reading);
  if (rule.stage !== 'live') return;
  if (rule.outcome === undefined)
    reading.problems.add(
      'L003',
      span,
      `live rule "${rule.name}" has no outcome`,
      'name the event that proves it right: outcome: {event: …, within: 30d}',
    );
  if (rule.owner === undefined)
    reading.problems.add(
      'L004',
      span,
      `live rule "${rule.name}" has no owner`,
      'name who answers for it: owner: …',
    );
}

/** `days_since_last` is missing where it never happened, so that those accounts are never found. */
function lintNever(leaves: readonly ConditionLeaf[], reading: Reading): void {
  for (const leaf of leaves) {
    if (leaf.test.op !== 'gt' && leaf.test.op !== 'gte') continue;
    if (reading.metricOf(leaf.subject)?.kind !== 'days_since_last') continue;
    const name = leaf.text.subject;
    const said = leaves.some((other) => other.text.subject === name && other.test.op === 'exists');
    const span = reading.spans.get(leaf);
    if (said || span === undefined) continue;
    const hint = `any: [{${name}: {${leaf.text.test.replace(' ', ': ')}}}, {${name}: {exists: false}}], if "never" is meant too`;
    reading.problems.add(
      'L002',
      span,
      `"${name}" is missing for accounts where it never happened: they are not found`,
      hint,
    );
  }
}

/** Its value may fall and rise from one day to the next by the calendar alone. */
function comesAndGoes(subject: Subject, reading: Reading): boolean {
  if (subject.kind === 'score' || subject.kind === 'band') return true;
  const metric = reading.metricOf(subject);
  return metric !== undefined && metricComesAndGoes(metric, reading);
}

function metricComesAndGoes(metric: Metric, reading: Reading): boolean {
  if (metric.kind === 'change' || metric.window?.kind === 'days') return true;
  return (
    reading.reachDays.get(metric) !== 1 && metric.operands.some((operand) => comesAndGoes(operand, reading))
  );
}
