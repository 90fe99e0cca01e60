// Numbers that a value cannot reach are refused; what holds all the same is warned of only where a percentage is meant.
import { describe, expect, test } from 'vitest';
import { readRuleset } from '../../../../src/rules/read-ruleset.ts';

const METRICS = `metrics:
  share: {top_share: any, window: 28d}
  rank: {percentile_rank: share}
  days_on: {active_days: any, window: 7d}
  in_a_row: {streak: any}
  weeks_in_a_row: {streak: any, unit: week}
  months_in_a_row: {streak: {share: {gt: 0.5}}, unit: month}
  breadth: {features: [search_run, report_exported], window: 28d}
  one_feature: {features: [search_run], window: 28d}
  onboarding: {sequence: [signed_up, project_created], within: 7d, window: 30d}
`;

function said(rest: string): readonly string[] {
  const { problems } = readRuleset({ 'a.yaml': `${METRICS}${rest}\n` }, {});
  const told = problems.filter(({ code }) => code !== 'L006');
  return told.map(({ code, message, hint }) => `${code} ${message}: ${hint}`);
}

const saidOf = (tests: string): readonly string[] => said(`segments:\n  it: {${tests}}`);

const saidOfPart = (ends: string): readonly string[] =>
  said(`scores:\n  usage: {parts: {only: {weight: 100, metric: share, ${ends}}}}`);

describe('a share', () => {
  test.each([
    'share: {lte: 2}',
    'share: {not: {gte: 1.5}}',
    'share: {lt: 1.5}',
    'share: {between: [0.5, 2]}',
  ])('%s may hold, and nothing is said', (tests) => expect(saidOf(tests)).toEqual([]));

  test.each(['from: 0, to: 1.25', 'from: 1.5, to: 0', 'from: -0.5, to: 1'])('scores %s', (ends) =>
    expect(saidOfPart(ends)).toEqual([]),
  );

  test.each([
    ['share: {lt: 80}', 80, 'for 80 % write 0.8'],
    ['share: {not: {gte: 80}}', 80, 'for 80 % write 0.8'],
    ['rank: {between: [0.9, 100]}', 100, 'for 100 % write 1'],
  ])('%s is probably meant in percent', (tests, percent, hint) => {
    const [name] = tests.split(':');
    expect(saidOf(tests)).toEqual([
      `L011 "${name}" is a share, from 0 to 1: ${percent} means ${percent * 100} %: ${hint}`,
    ]);
  });

  test('is probably scored in percent', () =>
    expect(saidOfPart('from: 20, to: 80')).toEqual([
      'L011 "share" is a share, from 0 to 1: 20 means 2000 %: for 20 % write 0.2',
    ]));

  test.each([
    ['share: {gte: 80}', 'for 80 % write 0.8'],
    ['share: {gt: 1}', 'lower the number'],
    ['rank: {gte: 1.5}', 'lower the number'],
    ['rank: {in: [50, 90]}', 'for 50 % write 0.5'],
  ])('%s never holds', (tests, hint) => {
    const [name] = tests.split(':');
    expect(saidOf(tests)).toEqual([`C008 "${name}" is a share, from 0 to 1: it is never more: ${hint}`]);
  });
});

test.each([
  ['days_on: {gt: 7}', 7, 'lower the number, or give it a longer window'],
  ['in_a_row: {gte: 20}', 12, 'lower the number, or count weeks: unit: week'],
  ['weeks_in_a_row: {gte: 20}', 12, 'lower the number, or count months: unit: month'],
  ['months_in_a_row: {gte: 20}', 12, 'lower the number'],
  ['breadth: 3', 2, 'lower the number, or list more events'],
  ['one_feature: {gte: 80}', 1, 'lower the number, or list more events'],
  ['onboarding: {gte: 3}', 2, 'lower the number, or list more steps'],
])('%s is out of reach', (tests, most, hint) => {
  const [name] = tests.split(':');
  expect(saidOf(tests)).toEqual([`C008 "${name}" is never more than ${most}: ${hint}`]);
});
