// Rules that read signals of others come after them, and nothing is evaluated that no test asks for.
import { describe, expect, test } from 'vitest';
import { groupTests } from '../../../../src/app/rule-tests/group-tests.ts';
import { planStrata } from '../../../../src/app/rule-tests/plan-strata.ts';
import { UTC } from '../../../../src/model/time.ts';
import { readRuleset } from '../../../../src/rules/read-ruleset.ts';
import { readTestFiles } from '../../../../src/rules/test-file/read-test-files.ts';

function read(rules: string, ...tests: readonly string[]) {
  const { ruleset, problems } = readRuleset({ 'rules.yaml': rules }, {});
  if (ruleset === undefined) throw new Error(problems.map(({ message }) => message).join('\n'));
  const files = { 'rules.yaml': rules, 'a.test.yaml': `tests:\n${tests.join('')}` };
  const found = readTestFiles({ files, ruleset, timezone: UTC, sinks: undefined });
  if (found.problems.length > 0) throw new Error(found.problems.map(({ message }) => message).join('\n'));
  return { ruleset, tests: found.tests };
}

const expecting = (expected: string): string => `  - name: "${expected}"
    events: [acme ann x 2025-06-01]
    expect: [{day: 2025-06-02, ${expected}}]
`;

const RULES = `metrics:
  xs: {count: x, window: 7d}
  openings: {count: signal.first, window: 30d}
segments:
  loud: {openings: {gte: 2}}
rules:
  first: {kind: pql, when: {xs: {gte: 1}}}
  second: {kind: pql, when: {segment: loud}}
  third: {kind: pql, when: {signal.second: open, signal.first: open}}
  apart: {kind: pql, when: {xs: {gte: 3}}, say: "{openings} times"}
`;

function levelsOf(...expected: readonly string[]): readonly (readonly string[])[] {
  const { ruleset, tests } = read(RULES, ...expected.map(expecting));
  return planStrata(ruleset, tests).levels.map(({ rules }) => [...rules].sort());
}

describe('the strata of a run', () => {
  test('hold the rules that tests expect and those whose signals they read', () => {
    expect(levelsOf('first: none')).toEqual([['first']]);
    expect(levelsOf('third: none')).toEqual([['first'], ['second'], ['third']]);
  });

  test('put a rule behind what its sentence counts', () => {
    expect(levelsOf('apart: none')).toEqual([['first'], ['apart']]);
  });

  test('ask for values and segments where all that they read is decided', () => {
    expect(levelsOf('xs: 1')).toEqual([['test.values.0']]);
    expect(levelsOf('openings: 0')).toEqual([['first'], ['test.values.1']]);
    expect(levelsOf('segment.loud: false')).toEqual([['first'], ['test.segment.loud']]);
  });

  test('have each test only where it needs a rule', () => {
    const { ruleset, tests } = read(RULES, expecting('third: none'), expecting('first: none'));
    const names = planStrata(ruleset, tests).levels.map((level) => [...level.tests].map(({ name }) => name));
    expect(names).toEqual([['third: none', 'first: none'], ['third: none'], ['third: none']]);
  });

  test('know which rules are read', () => {
    const { ruleset, tests } = read(RULES, expecting('third: none'));
    expect([...planStrata(ruleset, tests).read].sort()).toEqual(['first', 'second']);
  });
});

const withScore = (score: string): string =>
  RULES.replace('rules:', `scores:\n  use: {${score}, bands: {low: 0}}\nrules:`);

describe('tests that ask about users by id', () => {
  const BY_ID = `metrics:
  anns: {count: x, where: {user_id: ann}, window: 7d}
`;
  const one = (name: string, role: string): string => `  - name: ${name}
    users: {ann: {role: ${role}}}
    events: [acme ann x 2025-06-01]
    expect: [{day: 2025-06-02, anns: 1}]
`;

  test('keep users as written, and stand apart where they say different things of one', () => {
    const { ruleset, tests } = read(BY_ID, one('a', 'owner'), one('b', 'guest'), expecting('anns: 1'));
    const groups = groupTests(ruleset, tests);
    expect(groups.map((group) => group.prefixUsers)).toEqual([false, false, false]);
    expect(groups.map((group) => group.tests.length)).toEqual([1, 1, 1]);
  });

  test('share a database where they do not', () => {
    const { ruleset, tests } = read(BY_ID, expecting('anns: 1'), expecting('anns: {gte: 1}'));
    expect(groupTests(ruleset, tests)).toMatchObject([{ prefixUsers: false, tests: [{}, {}] }]);
  });

  test.each([
    ['a severity', RULES.replace('{xs: {gte: 3}}', '{xs: {gte: 3}}, severity: {high: {champion.name: ann}}')],
    ['mute_if', RULES.replace('{xs: {gte: 3}}', '{xs: {gte: 3}}, mute_if: {champion.user_id: ann}')],
    ['a segment', RULES.replace('segments:', 'segments:\n  by_ann: {champion.name: ann}')],
    ['a streak', RULES.replace('metrics:', 'metrics:\n  hers: {streak: {champion.name: ann}}')],
    ['a part of a score', withScore('parts: {hers: {weight: 100, when: {champion.name: ann}}}')],
    [
      'a metric within a score',
      withScore('parts: {hers: {weight: 100, metric: {streak: {champion.name: ann}}, from: 0, to: 9}}'),
    ],
    [
      'a cap',
      withScore(
        'parts: {a: {weight: 100, metric: xs, from: 0, to: 9}}, caps: [{at: 0, when: {champion.name: ann}}]',
      ),
    ],
    [
      'who of a score',
      withScore('who: {champion.name: ann}, parts: {a: {weight: 100, metric: xs, from: 0, to: 9}}'),
    ],
  ])('are those that compare the champion in %s', (_where, rules) => {
    const { ruleset, tests } = read(rules, expecting('xs: 1'));
    expect(groupTests(ruleset, tests)).toMatchObject([{ prefixUsers: false }]);
  });

  test('are not those that ask whether there is a champion', () => {
    const rules = RULES.replace('segments:', 'segments:\n  led: {champion.name: {exists: true}}');
    const { ruleset, tests } = read(rules, expecting('xs: 1'));
    expect(groupTests(ruleset, tests)).toMatchObject([{ prefixUsers: true }]);
  });

  test('are few: others share one database', () => {
    const { ruleset, tests } = read(RULES, expecting('xs: 1'), expecting('first: open'));
    expect(groupTests(ruleset, tests)).toMatchObject([{ prefixUsers: true, tests: [{}, {}] }]);
  });
});
