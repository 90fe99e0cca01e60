// Rules that were applied once go on meaning what they meant, whatever is refused since then.
import { describe, expect, test } from 'vitest';
import { readRuleset } from '../../../src/rules/read-ruleset.ts';

const METRICS = `metrics:
  days_on: {active_days: any, window: 7d}
  rank: {percentile_rank: {count: any, window: 7d}, among: [account.plan]}
`;

const read = (text: string, stored?: boolean) =>
  readRuleset({ 'rules.yaml': `${METRICS}rules:\n${text}` }, { stored });

const errorsOf = (text: string, stored?: boolean) =>
  read(text, stored)
    .problems.filter(({ severity }) => severity === 'error')
    .map(({ code }) => code);

const rule = (when: string, more = '') => `  r: {kind: x, stage: draft, when: ${when}${more}}\n`;

describe.each([
  ['a bound out of reach', 'C008', rule('{days_on: {gte: 8}}')],
  ['a share in percent', 'C008', rule('{rank: {gt: 80}}')],
  ['tests that exclude each other', 'C007', rule('{days_on: {gt: 5, lt: 2}}')],
  ['leaves that exclude each other', 'C007', rule('{all: [{account.plan: free}, {account.plan: team}]}')],
  ['a comparison as a text', 'C003', rule('{account.seats: "<5"}')],
  ['a bare yes', 'C003', rule('{account.beta: yes}')],
  ['a date told by a number', 'C003', rule('{account.created_at: {gt: 45}}')],
  ['a recovery that cannot be', 'R001', rule('{days_on: {gte: 3}}', ', resolve_when: {days_on: {gte: 3}}')],
])('%s', (_, code, text) => {
  test('is an error of what is applied now', () => {
    expect(new Set(errorsOf(text))).toEqual(new Set([code]));
    expect(read(text).ruleset).toBeUndefined();
  });

  test('is none of what was applied once', () => {
    expect(read(text, true).problems.map((problem) => problem.code)).not.toContain(code);
    expect(read(text, true).ruleset?.rules.size).toBe(1);
  });
});

test('a condition of old is kept as it stands', () => {
  expect(read(rule('{account.seats: "<5"}'), true).ruleset?.rules.get('r' as never)?.when).toMatchObject({
    subject: { kind: 'trait', trait: 'seats' },
    test: { op: 'equals', value: { type: 'text', value: '<5' } },
  });
  expect(read(rule('{days_on: {gt: 5, lt: 2}}'), true).ruleset?.rules.get('r' as never)?.when).toMatchObject({
    kind: 'all',
    of: [{ test: { op: 'gt' } }, { test: { op: 'lt' } }],
  });
});

test('what cannot be read is an error of old rules too', () => {
  expect(errorsOf(rule('{days_on: "<5"}'), true)).toEqual(['C003']);
  expect(errorsOf(rule('{days_on: {contains: a}}'), true)).toEqual(['C003']);
  expect(read(rule('{days_on: "<5"}'), true).ruleset).toBeUndefined();
});
