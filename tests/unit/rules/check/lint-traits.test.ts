// Names of traits that nobody sent, or that are nearly those of others.
import { expect, test } from 'vitest';
import { type ReadRulesetOptions, readRuleset } from '../../../../src/rules/read-ruleset.ts';

const BOTH = 'a: {account.plan: free}\n  b: {account.plan: team}\n  c: ';

function said(segments: string, options: ReadRulesetOptions = {}): readonly string[] {
  const { problems } = readRuleset({ 'a.yaml': `segments:\n  ${segments}\n` }, options);
  return problems.map(({ code, message, hint }) => `${code} ${message}: ${hint}`);
}

const seen = (...account: string[]): ReadRulesetOptions => ({ seenTraits: { account, user: [] } });

test.each(['paln', 'plans', 'plam', 'pla', 'lan'])('account.%s beside two of account.plan', (name) => {
  const isNear = !['pla', 'lan'].includes(name);
  expect(said(`${BOTH}{account.${name}: free}`)).toHaveLength(isNear ? 1 : 0);
});

test('a trait that is nearly another is told with it', () => {
  expect(said(`${BOTH}{account.paln: free}`)).toEqual([
    'L014 "account.paln" stands here only, and "account.plan" in 2 places: did you mean "account.plan"?',
  ]);
});

test.each([
  ['named twice itself', `${BOTH}{any: [{account.plans: x}, {account.plans: y}]}`],
  ['named as often as the other', 'a: {account.plan: free}\n  b: {account.plans: team}'],
  ['a row with the others', 'a: {account.tier1: x}\n  b: {account.tier1: y}\n  c: {account.tier2: x}'],
  ['the next letter', 'a: {account.utm_a: x}\n  b: {account.utm_a: y}\n  c: {account.utm_b: x}'],
  ['short', 'a: {account.arr: {gt: 1}}\n  b: {account.arr: {gt: 9}}\n  c: {account.mrr: {gt: 1}}'],
])('a trait that is %s is no slip', (_, segments) => {
  expect(said(segments)).toEqual([]);
});

test('a trait that was never received is told with the nearest that were', () => {
  expect(said('a: {account.paln: free}', seen('plan', 'seats'))).toEqual([
    'L013 no trait called "account.paln" was ever received: seen were "account.plan"',
  ]);
  expect(said('a: {account.country: DE}', seen('plan'))).toEqual([
    'L013 no trait called "account.country" was ever received: check its name, or send it before it counts',
  ]);
});

test('what was received is right, however near it is to another, and nothing is said before anything was', () => {
  expect(said(`${BOTH}{account.plans: free}`, seen('plan', 'plans'))).toEqual([]);
  expect(said('a: {account.paln: free}', seen())).toEqual([]);
});

test.each([
  ['days_since: account.signed_at', 'account.signed_at'],
  ['count: account.tier, window: 30d', 'account.tier'],
  ['count: user.level, window: 30d', 'user.level'],
  ['count: x, window: since account.signed_at', 'account.signed_at'],
  ['users: x, window: 30d, where: {user.level: a}', 'user.level'],
  ['formula: "account.tier + 1"', 'account.tier'],
  ['percentile_rank: account.plan, among: [account.tier]', 'account.tier'],
])('traits are found in {%s}', (metric, name) => {
  const options = { seenTraits: { account: ['plan'], user: ['role'] } };
  const { problems } = readRuleset({ 'a.yaml': `metrics:\n  m: {${metric}}\n` }, options);
  const messages = problems.filter(({ code }) => code === 'L013').map(({ message }) => message);
  expect(messages).toEqual([`no trait called "${name}" was ever received`]);
});
