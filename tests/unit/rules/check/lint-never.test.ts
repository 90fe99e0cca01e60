// The warning that `days_since_last` does not find accounts where it never happened, and where it would be noise.
import { expect, test } from 'vitest';
import { readRuleset } from '../../../../src/rules/read-ruleset.ts';

const METRICS = `metrics:
  idle: {days_since_last: any}
  general_idle: {days_since_last: message_sent, where: {channel: general}}
  messages: {count: message_sent, window: ever}
  general: {count: [message_sent], where: {channel: general, length: {gt: 5}}, window: 30d}
  active: {active_days: any, window: 28d}
  known_days: {days_since_first: message_sent}
segments:
  started: {messages: {gte: 1}}
`;

/** How often "never" is warned of. */
function warnings(rule: string): number {
  const files = { 'a.yaml': `${METRICS}rules:\n  r: {kind: x, stage: draft, keep_open: 1d, ${rule}}\n` };
  const { ruleset, problems } = readRuleset(files, {});
  expect(ruleset).toBeDefined();
  return problems.filter(({ code }) => code === 'L002').length;
}

test('a long silence alone is warned of', () => {
  expect(warnings('when: {idle: {gte: 14}}')).toBe(1);
  expect(warnings('when: {idle: {gt: 14}, account.plan: team}')).toBe(1);
});

test('a short silence is not: whoever never came is not meant', () => {
  expect(warnings('when: {idle: {lte: 2}}')).toBe(0);
  expect(warnings('when: {idle: {gte: 14, lt: 60}}')).toBe(0);
});

test('saying what never means is enough, anywhere in the rule', () => {
  expect(warnings('when: {any: [{idle: {gte: 14}}, {idle: {exists: false}}]}')).toBe(0);
  expect(warnings('who: {idle: {exists: true}}, when: {idle: {gte: 14}}')).toBe(0);
  expect(warnings('when: {any: [{general_idle: {gte: 14}}, {messages: 0}]}')).toBe(0);
});

test('another condition that says it happened is enough, in when, in who and in a segment', () => {
  expect(warnings('when: {idle: {gte: 14}, messages: {gte: 2000}}')).toBe(0);
  expect(warnings('who: {messages: {gt: 0}}, when: {idle: {gte: 14}}')).toBe(0);
  expect(warnings('who: {segment: started}, when: {any: [{idle: {gte: 14}}, {account.plan: free}]}')).toBe(0);
  expect(warnings('when: {idle: {gte: 14}, known_days: {gte: 30}}')).toBe(0);
  expect(warnings('when: {all: [{idle: {gte: 14}}, {any: [{active: {gte: 3}}]}]}')).toBe(1);
});

test('but only when it is about the same events', () => {
  expect(warnings('when: {general_idle: {gte: 14}, general: {gte: 1}}')).toBe(0);
  expect(warnings('when: {general_idle: {gte: 14}, messages: {gte: 1}}')).toBe(1);
  expect(warnings('when: {general_idle: {gte: 14}, active: {gte: 1}}')).toBe(1);
});

test('and only when it cannot hold for an account where nothing happened', () => {
  expect(warnings('when: {idle: {gte: 14}, messages: {lt: 10}}')).toBe(1);
  expect(warnings('when: {idle: {gte: 14}, general: {between: [0, 5]}}')).toBe(1);
  expect(warnings('when: {idle: {gte: 14}, messages: {gte: 0, lt: 10}}')).toBe(1);
  expect(warnings('when: {general_idle: {gte: 14}, active: {lt: 10}}')).toBe(1);
  expect(warnings('when: {any: [{idle: {gte: 14}}, {messages: {gte: 1}}]}')).toBe(1);
});
