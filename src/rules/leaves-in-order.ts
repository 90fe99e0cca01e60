// The leaves of a condition in the order written, segments opened up: what evidence is made of.
import type { Condition, ConditionLeaf } from './condition.ts';

/** Each segment's leaves once, where it stands first. */
export const leavesInOrder = (
  condition: Condition,
  segments: ReadonlyMap<string, Condition>,
): readonly ConditionLeaf[] => collect(condition, segments, new Set());

function collect(
  condition: Condition,
  segments: ReadonlyMap<string, Condition>,
  seen: Set<string>,
): readonly ConditionLeaf[] {
  switch (condition.kind) {
    case 'constant':
      return [];
    case 'leaf':
      return [condition];
    case 'segment': {
      const segment = segments.get(condition.name);
      if (segment === undefined || seen.has(condition.name)) return [];
      seen.add(condition.name);
      return collect(segment, segments, seen);
    }
    default:
      return condition.of.flatMap((part) => collect(part, segments, seen));
  }
}
