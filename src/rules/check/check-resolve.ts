// `resolve_when` that can never hold, in the simple cases: recovery needs it true and `when` not true.
import type { Condition, ConditionLeaf } from '../condition.ts';
import type { ReadRule } from '../read/read-rule.ts';
import type { Definition, Reading } from '../read/reading.ts';

/** Each is held against each; a rule that a person wrote has a handful. */
const MOST = 100;

/** Numbers that pass a test; `open` ends do not count themselves. */
interface Interval {
  readonly low: number;
  readonly lowOpen: boolean;
  readonly high: number;
  readonly highOpen: boolean;
}

export function checkResolve(rule: ReadRule, definition: Definition, reading: Reading): void {
  const { when, resolveWhen } = rule;
  if (resolveWhen === undefined) return;
  const span = keySpanOf(definition, 'resolve_when');
  if (resolveWhen.kind === 'constant' && !resolveWhen.value) {
    reading.problems.add(
      'R001',
      span,
      '"resolve_when" is never true: the signal would stay open for ever',
      'leave it out to resolve when "when" ends',
    );
    return;
  }
  const needed = leavesOfKind(resolveWhen, 'all').slice(0, MOST);
  const opening = leavesOfKind(when, 'any').slice(0, MOST);
  const clash = needed.find((leaf) => opening.some((other) => impliesThat(leaf, other)));
  if (clash !== undefined) {
    const text = `${clash.text.subject} ${clash.text.test}`;
    reading.problems.add(
      'R001',
      span,
      `"resolve_when" can never hold: where "${text}" is true, "when" is true too`,
      'recovery needs "when" to be not true',
    );
    return;
  }
  if (contradict(needed))
    reading.problems.add('R001', span, '"resolve_when" can never hold: its parts exclude each other');
}

function keySpanOf({ value, keySpan }: Definition, key: string) {
  const entry = value.kind === 'map' ? value.entries.find((candidate) => candidate.key === key) : undefined;
  return entry?.keySpan ?? keySpan;
}

/** The leaves of which every one must hold (`all`), or one suffices (`any`). */
function leavesOfKind(condition: Condition, kind: 'all' | 'any'): readonly ConditionLeaf[] {
  if (condition.kind === 'leaf') return [condition];
  return condition.kind === kind ? condition.of.flatMap((part) => leavesOfKind(part, kind)) : [];
}

function impliesThat(leaf: ConditionLeaf, other: ConditionLeaf): boolean {
  if (leaf.text.subject !== other.text.subject) return false;
  const [inner, outer] = [intervalOf(leaf), intervalOf(other)];
  if (inner === undefined || outer === undefined) return false;
  const low = inner.low > outer.low || (inner.low === outer.low && (inner.lowOpen || !outer.lowOpen));
  const high = inner.high < outer.high || (inner.high === outer.high && (inner.highOpen || !outer.highOpen));
  return low && high;
}

function contradict(leaves: readonly ConditionLeaf[]): boolean {
  return leaves.some((a, index) => leaves.slice(index + 1).some((b) => excludes(a, b)));
}

function excludes(a: ConditionLeaf, b: ConditionLeaf): boolean {
  if (a.text.subject !== b.text.subject) return false;
  const [one, two] = [intervalOf(a), intervalOf(b)];
  return one !== undefined && two !== undefined && (endsBefore(one, two) || endsBefore(two, one));
}

const endsBefore = (a: Interval, b: Interval): boolean =>
  a.high < b.low || (a.high === b.low && (a.highOpen || b.lowOpen));

function intervalOf({ test }: ConditionLeaf): Interval | undefined {
  const whole = { low: -Infinity, lowOpen: false, high: Infinity, highOpen: false };
  if (test.op === 'between') {
    if (test.low.type !== 'number' || test.high.type !== 'number') return undefined;
    return { ...whole, low: test.low.value, high: test.high.value };
  }
  if (!('value' in test) || typeof test.value !== 'object' || test.value.type !== 'number') return undefined;
  const { value } = test.value;
  switch (test.op) {
    case 'gt':
    case 'gte':
      return { ...whole, low: value, lowOpen: test.op === 'gt' };
    case 'lt':
    case 'lte':
      return { ...whole, high: value, highOpen: test.op === 'lt' };
    case 'equals':
      return { ...whole, low: value, high: value };
  }
}
