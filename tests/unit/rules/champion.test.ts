// The champion in rules: what may be asked, what may be said, and which events are invitations.
import { describe, expect, test } from 'vitest';
import { UTC } from '../../../src/model/time.ts';
import { INVITATIONS } from '../../../src/rules/champion.ts';
import { compileRuleset } from '../../../src/rules/compile/compile-ruleset.ts';
import { keptSeries } from '../../../src/rules/compile/kept-series.ts';
import { isRising } from '../../../src/rules/is-rising.ts';
import { readRuleset } from '../../../src/rules/read-ruleset.ts';
import { holdsEvent, isTracked } from '../../../src/rules/series.ts';
import { busyRule, rulesetOf } from './rule-files.ts';

const rulesOf = (when: string, more = ''): string =>
  `rules:\n  r:\n    kind: churn_risk\n    when: ${when}\n${more}`;
const problemsOf = (text: string) =>
  readRuleset({ 'rules.yaml': text }, {})
    .problems.filter(({ severity }) => severity === 'error')
    .map(({ code, message, hint }) => [code, message, hint]);

describe('a condition', () => {
  test.each([
    '{champion.idle_days: {gte: 14}}',
    '{champion.changed: true}',
    '{champion.changed: {not: true}}',
    '{champion.changed: {exists: false}}',
    '{champion.role: {in: [owner, admin]}}',
    '{champion.email: {ends_with: "@acme.com"}}',
  ])('may be %s', (when) => {
    expect(problemsOf(rulesOf(when))).toEqual([]);
  });

  test.each([
    [
      '{champion.idle_day: 1}',
      'T018',
      '"champion.idle_day" is not known',
      'did you mean "champion.idle_days"?',
    ],
    ['{champion.idle_days: {contains: a}}', 'C003', 'test "contains" does not fit "champion.idle_days"'],
    ['{champion.changed: 1}', 'C003', '"champion.changed" is true or false'],
    ['{champion.changed: {starts_with: t}}', 'C003', '"champion.changed" is true or false'],
  ])('may not be %s', (when, ...expected) => {
    expect(problemsOf(rulesOf(when))[0]?.slice(0, expected.length)).toEqual(expected);
  });

  test('is decided at closes, since a champion stays until then', () => {
    const { rule, ruleset } = busyRule('when: {champion.idle_days: {gte: 14}}');
    expect(isRising(rule, ruleset)).toBe(false);
  });

  test('is another one when it asks something else of the champion', () => {
    const hash = (when: string) => rulesetOf(rulesOf(when)).rules.get('r')?.conditionHash;
    expect(hash('{champion.role: a}')).toBe(hash('{champion.role: a}'));
    expect(hash('{champion.role: a}')).not.toBe(hash('{champion.name: a}'));
  });
});

test('the days that a champion is idle are a metric, the rest is not', () => {
  const metric = (operand: string) => `metrics:\n  m: {ratio: [${operand}, 7]}\n`;
  const formula = (operand: string) => `metrics:\n  m: {formula: "${operand} / 7"}\n`;
  expect(problemsOf(formula('champion.idle_days'))).toEqual([]);
  expect(problemsOf(metric('champion.changed'))[0]?.[0]).toBe('M003');
});

test('all of the champion can be said', () => {
  const say = `    say: "{champion.name} {champion.email} {champion.role} {champion.user_id} {champion.idle_days:number}"\n`;
  expect(problemsOf(rulesOf('true', say))).toEqual([]);
});

describe('a plan', () => {
  test('keeps the series of champions at closes, whatever the rules ask, and not in ticks', () => {
    const ruleset = rulesetOf(rulesOf('true'));
    const close = compileRuleset(ruleset, { timezone: UTC });
    expect(close.series).toEqual([]);
    expect(keptSeries(close).map(({ definition }) => definition.events.kind)).toEqual(['any', 'spelled']);
    expect(close.champion.asked).toBe(false);
    const tick = compileRuleset(ruleset, { timezone: UTC, only: () => true });
    expect(keptSeries(tick)).toEqual([]);
  });

  test('reads of champions only what the rules ask', () => {
    const { champion } = compileRuleset(rulesetOf(rulesOf('{champion.role: owner}')), { timezone: UTC });
    expect(champion).toMatchObject({ asked: true, traits: ['role'], lastActive: [] });
  });
});

test.each([
  ['user_invited', true],
  ['UserInvited', true],
  ['Team Member Invited!', true],
  ['invite-sent-2', true],
  ['invited', false],
  ['user_invited_back', false],
])('%s is an invitation: %s', (name, expected) => {
  const { events } = INVITATIONS;
  expect(isTracked(events) && holdsEvent(events, name)).toBe(expected);
});
