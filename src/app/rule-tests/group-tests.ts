// Which tests of a run may share a database. All may, unless the rules ask about users by their ids: these must then
// stand in the events as they are, and tests that say different things about one user are kept apart.
import { UTC } from '../../model/time.ts';
import { compileRuleset } from '../../rules/compile/compile-ruleset.ts';
import { leavesInOrder } from '../../rules/leaves-in-order.ts';
import type { Rule } from '../../rules/rule.ts';
import type { Ruleset } from '../../rules/ruleset.ts';
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
  return (
    filters.some(isOfUserId) || [...ruleset.rules.values()].some((rule) => comparesChampion(rule, ruleset))
  );
}

const isOfUserId = (filter: Filter): boolean => filter.some(({ property }) => property === 'user_id');

/** A champion without a name is called by the id. */
function comparesChampion(rule: Rule, { segments }: Ruleset): boolean {
  const conditions = [rule.who, rule.when, rule.resolveWhen].filter((condition) => condition !== undefined);
  return conditions
    .flatMap((condition) => leavesInOrder(condition, segments))
    .some(({ subject, test }) => {
      const named = subject.kind === 'champion' && (subject.field === 'user_id' || subject.field === 'name');
      return named && test.op !== 'exists';
    });
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
