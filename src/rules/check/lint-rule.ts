// Warnings about a rule that can be read but will disappoint: it flaps, misses accounts, is untested, or nobody
// answers for it.
import type { Condition, ConditionLeaf } from '../condition.ts';
import type { ReadRule } from '../read/read-rule.ts';
import type { Definition, Reading } from '../read/reading.ts';
import type { FleetingJudge } from './fleeting-judge.ts';
import { leavesOf } from './leaves-of.ts';
import { lintNever } from './lint-never.ts';

export interface RulePlace {
  readonly reading: Reading;
  readonly segments: ReadonlyMap<string, Condition>;
  readonly fleeting: FleetingJudge;
  /** Rules that a test names; undefined when nobody looked. */
  readonly testedRules: ReadonlySet<string> | undefined;
}

export function lintRule(
  rule: ReadRule,
  definition: Definition,
  { reading, segments, fleeting: judge, testedRules }: RulePlace,
): void {
  const span = definition.keySpan;
  const leaves = leavesOf(rule.when, segments);
  const fleeting = leaves.find((leaf) => judge.subject(leaf.subject));
  if (fleeting !== undefined && rule.resolveWhen === undefined && rule.keepOpenDays === 0) {
    const message = `rule "${rule.name}" can flap: "${fleeting.text.subject}" may cross its bound every day`;
    const hint = `add resolve_when with ${boundThatResolves(fleeting, rule.when)}, or keep_open: 3d`;
    reading.problems.add('L001', span, message, hint);
  }
  lintNever(rule, segments, reading);
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
  if (testedRules?.has(rule.name) === false)
    reading.problems.add(
      'L010',
      span,
      `live rule "${rule.name}" has no test`,
      `let a test of a *.test.yaml expect it: {day: …, ${rule.name}: open}`,
    );
}

/** The side on which there is room, where it can be said of one leaf alone. */
function boundThatResolves(leaf: ConditionLeaf, when: Condition): string {
  const { op } = leaf.test;
  if (isDenied(leaf, when)) return 'another bound';
  if (op === 'gt' || op === 'gte') return 'a lower bound';
  return op === 'lt' || op === 'lte' ? 'a higher bound' : 'another bound';
}

const NO_SEGMENTS: ReadonlyMap<string, Condition> = new Map();

/** Under a `none`; what segments deny is not looked for. */
function isDenied(leaf: ConditionLeaf, condition: Condition): boolean {
  if (condition.kind === 'none') return leavesOf(condition, NO_SEGMENTS).includes(leaf);
  return 'of' in condition && condition.of.some((part) => isDenied(leaf, part));
}
