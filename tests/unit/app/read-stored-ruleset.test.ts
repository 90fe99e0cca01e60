import { expect, test } from 'vitest';
import { describeUnreadable, readStoredRuleset } from '../../../src/app/read-stored-ruleset.ts';

const FILES = {
  'a.yaml': 'metrics:\n  days_on: {active_days: any, window: 7d}\n',
  'pql.yaml': `rules:
  sound: {kind: x, when: {days_on: {gte: 8}}}
  broken:
    kind: x
    when:
      days_on: "<5"
  worse: {kind: x, when: {days_on: {contains: a}}}
`,
};

test('rules that were applied once are read as they were then', () => {
  const { 'pql.yaml': rules } = FILES;
  const sound = { ...FILES, 'pql.yaml': rules.slice(0, rules.indexOf('  broken')) };
  expect(readStoredRuleset(sound).ruleset?.rules.size).toBe(1);
});

test('what cannot be read is told in one line: the rule, its place, what is wrong, and what to do', () => {
  const reading = readStoredRuleset(FILES);
  expect(reading.ruleset).toBeUndefined();
  expect(describeUnreadable(FILES, reading)).toMatchInlineSnapshot(
    `"the rules in force cannot be read by this version: rule "broken", pql.yaml:6:16: C003 "days_on" is a number, "<5" is not (write {lt: 5}), and 1 more; correct them in the rules folder and apply it again: tidemark rules apply DIR"`,
  );
});

test('rules of one line are told apart', () => {
  const files = {
    ...FILES,
    'pql.yaml': 'rules: {a: {kind: x, when: true}, b: {kind: x, when: {days_on: a}}}\n',
  };
  expect(describeUnreadable(files, readStoredRuleset(files))).toContain(': rule "b", pql.yaml:1:');
});
