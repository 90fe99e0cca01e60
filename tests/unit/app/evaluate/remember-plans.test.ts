import { expect, it } from 'vitest';
import { rememberPlans } from '../../../../src/app/evaluate/remember-plans.ts';
import { UTC } from '../../../../src/model/time.ts';
import { readRuleset } from '../../../../src/rules/read-ruleset.ts';

const RULES = `
metrics:
  messages: {count: message_sent, window: 7d}
rules:
  talks: {kind: pql, when: {messages: {gte: 3}}}
  falls_silent: {kind: churn_risk, when: {messages: {lt: 1}}}
`;

const read = () => {
  const { ruleset, problems } = readRuleset({ 'rules.yaml': RULES }, {});
  if (ruleset === undefined) throw new Error(problems.map(({ message }) => message).join('\n'));
  return ruleset;
};

it('compiles a ruleset once, another anew, and gives ticks the rising rules alone', () => {
  const plans = rememberPlans(UTC);
  const ruleset = read();
  const close = plans.close(ruleset);
  expect(plans.close(ruleset)).toBe(close);
  expect([...close.layout.rules.keys()]).toEqual(['talks', 'falls_silent']);
  expect([...plans.tick(ruleset).layout.rules.keys()]).toEqual(['talks']);
  expect(plans.tick(ruleset)).toBe(plans.tick(ruleset));
  const again = read();
  expect(plans.close(again)).not.toBe(close);
  expect(plans.close(again).ruleset).toBe(again);
});

it('tells which rising rules events can open, and compiles each set of them once', () => {
  const plans = rememberPlans(UTC);
  const ruleset = read();
  expect(plans.openable(ruleset, new Set(['message_sent', 'login']))).toEqual(['talks']);
  expect(plans.openable(ruleset, new Set(['login']))).toEqual([]);
  const plan = plans.only(ruleset, ['talks']);
  expect([...plan.layout.rules.keys()]).toEqual(['talks']);
  expect(plans.only(ruleset, ['talks'])).toBe(plan);
  expect(plans.only(read(), ['talks'])).not.toBe(plan);
});
