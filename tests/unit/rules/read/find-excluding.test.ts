// What is proposed where two tests of one value exclude each other.
import { expect, test } from 'vitest';
import { readRuleset } from '../../../../src/rules/read-ruleset.ts';

function hints(condition: string): readonly (string | undefined)[] {
  const text = `metrics:\n  m: {count: a, window: 7d}\nsegments:\n  it: ${condition}\n`;
  const { problems } = readRuleset({ 'a.yaml': text }, {});
  expect(problems.map(({ code }) => code)).toEqual(['C007']);
  return problems.map(({ hint }) => hint);
}

test.each([
  ['{m: {gte: 5, lt: 5}}', 'which number is meant? for 5 alone write {m: 5}'],
  ['{m: {lte: 5, gt: 5}}', 'which number is meant? for 5 alone write {m: 5}'],
  ['{m: {gt: 5, lt: 5}}', 'for all but 5 write {m: {not: 5}}'],
  [
    '{account.since: {gte: 2025-06-01, lt: 2025-06-01}}',
    'which day is meant? for 2025-06-01 alone write {account.since: 2025-06-01}',
  ],
  [
    '{m: {gt: 10, lt: 5}}',
    'for what is between them write {gt: 5, lt: 10}, for what is outside any: [{m: {gt: 10}}, {m: {lt: 5}}]',
  ],
])('%s', (condition, hint) => {
  expect(hints(condition)).toEqual([hint]);
});

test.each([
  '{none: [{m: {gt: 10, lt: 5}}]}',
  '{none: [{m: {gt: 10}, all: [{m: {lt: 5}}]}]}',
  '{none: [{any: [{m: {gt: 10, lt: 5}}, {account.plan: a}]}]}',
  '{m: {not: {gt: 10, lt: 5}}}',
  '{none: [{none: [{m: {not: {gt: 10, lt: 5}}}]}]}',
])('%s denies what never is', (condition) => {
  expect(hints(condition)).toEqual([
    'what denies both always holds; for neither of them write none: [{m: {gt: 10}}, {m: {lt: 5}}]',
  ]);
});

test.each(['{none: [{none: [{m: {gt: 10, lt: 5}}]}]}', '{none: [{m: {not: {gt: 10, lt: 5}}}]}'])(
  '%s asks for what never is',
  (condition) => {
    expect(hints(condition)[0]).toMatch(/^for what is between them write /);
  },
);

test('equal bounds that are denied are told so too', () => {
  expect(hints('{none: [{m: {gte: 5, lt: 5}}]}')).toEqual([
    'what denies both always holds; which number is meant? for 5 alone write {m: 5}',
  ]);
});
