// The leaves of a condition, segments opened up, each segment once. Not more than lints need to look at.
import type { Condition, ConditionLeaf } from '../condition.ts';

/** Ten thousand rules over one segment of ten thousand leaves would take minutes. */
const MOST = 1000;

export function leavesOf(
  condition: Condition,
  segments: ReadonlyMap<string, Condition>,
): readonly ConditionLeaf[] {
  const leaves: ConditionLeaf[] = [];
  const opened = new Set<string>();
  const waiting: Condition[] = [condition];
  for (let next = waiting.pop(); next !== undefined && leaves.length < MOST; next = waiting.pop()) {
    if (next.kind === 'leaf') leaves.push(next);
    else if (next.kind === 'segment') {
      const inner = opened.has(next.name) ? undefined : segments.get(next.name);
      opened.add(next.name);
      if (inner !== undefined) waiting.push(inner);
    } else if (next.kind !== 'constant') for (const part of next.of) waiting.push(part);
  }
  return leaves;
}
