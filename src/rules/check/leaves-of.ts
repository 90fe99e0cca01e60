// The leaves of a condition, segments opened up. Each segment once, since they may stand on each other.
import type { Condition, ConditionLeaf } from '../condition.ts';

export function leavesOf(
  condition: Condition,
  segments: ReadonlyMap<string, Condition>,
): readonly ConditionLeaf[] {
  const leaves: ConditionLeaf[] = [];
  const opened = new Set<string>();
  const waiting: Condition[] = [condition];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (next.kind === 'leaf') leaves.push(next);
    else if (next.kind === 'segment') {
      const inner = opened.has(next.name) ? undefined : segments.get(next.name);
      opened.add(next.name);
      if (inner !== undefined) waiting.push(inner);
    } else if (next.kind !== 'constant') waiting.push(...next.of);
  }
  return leaves;
}
