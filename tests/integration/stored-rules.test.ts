// A ruleset that an older version applied stays in force, though this version would not apply it.
import { beforeEach, describe, expect, it } from 'vitest';
import { loadAppliedRules } from '../../src/app/apply-rules.ts';
import { evaluateClose } from '../../src/app/evaluate/evaluate-close.ts';
import { explainAccount } from '../../src/app/explain/explain-account.ts';
import { readStoredRuleset } from '../../src/app/read-stored-ruleset.ts';
import type { AccountId, RuleName } from '../../src/model/ids.ts';
import type { Day, TimeZone } from '../../src/model/time.ts';
import { namesOfRule } from '../../src/rules/names-of-rule.ts';
import { readRuleset } from '../../src/rules/read-ruleset.ts';
import { writeRuleset } from '../../src/store/evaluation/rulesets.ts';
import { type Project, track } from './support/project.ts';
import { shareEngine } from './support/share-engine.ts';

describe('rules that an older version applied', () => {
  const engine = shareEngine();
  let project: Project;
  beforeEach(async () => {
    project = await engine.openProject();
    await project.ingest([track('acme', 'ann', 'message_sent', '2026-05-01T08:00:00Z')]);
  });

  /** Of a rule that is never true, and of one that is, for anybody with an event. */
  const rulesOf = (name: string, was?: string) => ({
    'rules.yaml': `metrics:
  days_on: {active_days: any, window: 7d}
rules:
  ${name}: {kind: pql, on_create: notify, when: {days_on: {gte: 1}}${was === undefined ? '' : `, was: ${was}`}}
  never: {kind: pql, when: {any: [{days_on: {gte: 8}}, {days_on: {gt: 5, lt: 2}}, {account.seats: "<5"}]}}
`,
  });
  let now = Date.UTC(2026, 5, 1) * 1000;
  const clock = { now: () => now++ as never };
  /** As an older version did, which had no such errors. */
  const store = async (files: Readonly<Record<string, string>>) => {
    expect(readRuleset(files, {}).ruleset).toBeUndefined();
    const { ruleset } = readStoredRuleset(files);
    const rules = [...(ruleset?.rules.keys() ?? [])];
    await writeRuleset({ store: project.store, clock }, { hash: ruleset?.hash ?? 'broken', files, rules });
  };
  const inForce = async () => {
    const ruleset = await loadAppliedRules(project.store);
    if (ruleset === undefined) throw new Error('no rules are in force');
    return ruleset;
  };
  const namesOf = async (name: string) => {
    const rule = (await inForce()).rules.get(name as RuleName);
    return rule && namesOfRule(rule);
  };

  it('are loaded, evaluated, explained and computed again', async () => {
    await store(rulesOf('a'));
    const place = { store: project.store, clock, timezone: 'UTC' as TimeZone };
    const ruleset = await inForce();
    await evaluateClose({ ...place, ruleset, settle: undefined, writer: '1' }, '2026-05-01' as Day);
    expect(await project.rows('SELECT rule, to FROM transitions FINAL')).toEqual([{ rule: 'a', to: 'open' }]);
    const account = 'acme' as AccountId;
    const told = await explainAccount({ ...place, account, rule: undefined, at: undefined, verify: true });
    expect(told.rules.map(({ rule, verified }) => [rule, verified?.map(({ outcome }) => outcome)])).toEqual([
      ['a', ['reproduced']],
      ['never', []],
    ]);
  });

  it('keep the names of a rule that was renamed among them', async () => {
    await store(rulesOf('a'));
    await store(rulesOf('b', 'a'));
    await store(rulesOf('c', 'b'));
    expect(await namesOf('c')).toEqual(['c', 'b', 'a']);
  });

  it('say which of them cannot be read at all, and what to do', async () => {
    await store({ 'rules.yaml': 'rules:\n  odd: {kind: pql, when: {account.age_days: "<5"}}\n' });
    await expect(inForce()).rejects.toThrow(
      /rule "odd", rules\.yaml:2:\d+: C003 .*tidemark rules apply DIR$/,
    );
  });
});
