// Which tests of a run may share a database. All may, unless the rules ask about users by their ids: these must then
// stand in the events as they are, and tests that say different things about one user are kept apart.
import { UTC } from '../../model/time.ts';
import { compileRuleset } from '../../rules/compile/compile-ruleset.ts';
import type { Condition, ConditionLeaf } from '../../rules/condition.ts';
import type { Metric, Subject } from '../../rules/metric.ts';
import type { Rule } from '../../rules/rule.ts';
import type { Ruleset } from '../../rules/ruleset.ts';
import { conditionsOf, type Score, subjectsOf } from '../../rules/score.ts';
import type { Filter } from '../../rules/series.ts';
import type { RuleTest } from '../../rules/test-file/rule-test.ts';

export interface TestGroup {
  readonly tests: readonly RuleTest[];
  /** False: users keep their ids as written. */
  readonly prefixUsers: boolean;
}

export function groupTests(ruleset: Ruleset, tests: readonly RuleTest[]): readonly TestGroup[] {
  if (!asksForUserIds(ruleset)) return [{ tests, prefixUsers: true }];
  const groups: (MentionedUsers & { readonly tests: RuleTest[] })[] = [];
  for (const test of tests) {
    const users = mentionedUsers(test);
    const group = groups.find((candidate) => !disagree(candidate, users));
    if (group === undefined) groups.push({ ...users, tests: [test] });
    else {
      group.tests.push(test);
      for (const user of users.mentioned) group.mentioned.add(user);
      for (const user of users.described) group.described.add(user);
    }
  }
  return groups.map((group) => ({ tests: group.tests, prefixUsers: false }));
}

function asksForUserIds(ruleset: Ruleset): boolean {
  const plan = compileRuleset(ruleset, { timezone: UTC });
  const filters = plan.series.map(({ definition }) => definition.where);
  return filters.some(isOfUserId) || conditionsIn(ruleset).flatMap(leavesOf).some(comparesChampion);
}

const isOfUserId = (filter: Filter): boolean => filter.some(({ property }) => property === 'user_id');

/** A champion without a name is called by the id. */
function comparesChampion({ subject, test }: ConditionLeaf): boolean {
  const named = subject.kind === 'champion' && (subject.field === 'user_id' || subject.field === 'name');
  return named && test.op !== 'exists';
}

/** Every condition written anywhere, used or not: a database too many costs less than an id that does not match. */
const conditionsIn = ({ rules, segments, scores, metrics }: Ruleset): readonly Condition[] => [
  ...segments.values(),
  ...[...rules.values()].flatMap(conditionsOfRule),
  ...[...scores.values()].flatMap(conditionsOfScore),
  ...[...metrics.values()].flatMap(conditionsOfMetric),
];

const conditionsOfRule = ({ who, when, resolveWhen, muteIf, severity }: Rule): readonly Condition[] =>
  [who, when, resolveWhen, muteIf, ...severity.map((level) => level.when)].filter(
    (condition) => condition !== undefined,
  );

const conditionsOfScore = (score: Score): readonly Condition[] => [
  ...conditionsOf(score),
  ...subjectsOf(score).flatMap(conditionsOfSubject),
];

const conditionsOfMetric = ({ conditions = [], operands }: Metric): readonly Condition[] => [
  ...conditions,
  ...operands.flatMap(conditionsOfSubject),
];

const conditionsOfSubject = (subject: Subject): readonly Condition[] =>
  subject.kind === 'inline' ? conditionsOfMetric(subject.metric) : [];

/** Segments are looked at by themselves. */
function leavesOf(condition: Condition): readonly ConditionLeaf[] {
  switch (condition.kind) {
    case 'constant':
    case 'segment':
      return [];
    case 'leaf':
      return [condition, ...conditionsOfSubject(condition.subject).flatMap(leavesOf)];
    default:
      return condition.of.flatMap(leavesOf);
  }
}

interface MentionedUsers {
  readonly mentioned: Set<string>;
  /** Those with traits, and those whose events find their account by where they belong. */
  readonly described: Set<string>;
}

function mentionedUsers({ users, events }: RuleTest): MentionedUsers {
  const mentioned = new Set(users.keys());
  const described = new Set(
    [...users].flatMap(([user, traits]) => (Object.keys(traits).length > 0 ? [user] : [])),
  );
  for (const event of events) {
    const own = event.kind === 'usage' ? event.users : event.kind === 'account_traits' ? [] : [event.user];
    for (const user of own) mentioned.add(user);
    const describes = event.kind === 'user_traits' || (event.kind === 'usage' && event.account === undefined);
    if (describes) for (const user of own) described.add(user);
  }
  return { mentioned, described };
}

const disagree = (a: MentionedUsers, b: MentionedUsers): boolean =>
  [...a.described].some((user) => b.mentioned.has(user)) ||
  [...b.described].some((user) => a.mentioned.has(user));
