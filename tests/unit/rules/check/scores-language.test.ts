// Lines of the language's page about scores and grades, §5, as the checker holds them.
import { describe, expect, test } from 'vitest';
import { readRuleset } from '../../../../src/rules/read-ruleset.ts';
import { rulesetOf } from '../rule-files.ts';

const scored = (score: string, more = '') =>
  `metrics: {m: {count: sent, window: 7d}}\nscores: {s: ${score}}\n${more}`;
const errorsOf = (text: string) =>
  readRuleset({ 'r.yaml': text }, {}).problems.filter(({ severity }) => severity === 'error');
const codesOf = (text: string): readonly string[] => errorsOf(text).map(({ code }) => code);
const part = (weight: number, way = 'when: true') => `{weight: ${weight}, ${way}}`;

describe('weights', () => {
  test.each([
    [`{parts: {a: ${part(50)}, b: ${part(49.5)}}}`, 'add up to 99.5, not 100'],
    [`{parts: {a: ${part(50)}, b: ${part(51)}}}`, 'add up to 101, not 100'],
    [`{out_of: 10, parts: {a: ${part(100)}}}`, 'add up to 100, not 10'],
  ])('that do not add up are told with their sum: %s', (score, said) => {
    const [problem, ...others] = errorsOf(scored(score));
    expect([problem?.code, others]).toEqual(['S002', []]);
    expect(problem?.message).toContain(said);
  });

  test('add up to 100, or to what out_of says, to the last decimal', () => {
    expect(codesOf(scored(`{parts: {a: ${part(33.3)}, b: ${part(33.3)}, c: ${part(33.4)}}}`))).toEqual([]);
    expect(codesOf(scored(`{out_of: 0.3, parts: {a: ${part(0.1)}, b: ${part(0.2)}}}`))).toEqual([]);
  });
});

describe('a part', () => {
  test.each([
    'when: true',
    'metric: m, from: 0, to: 5',
    'metric: m, from: 5, to: 0',
    'metric: m, steps: {0: 0, 5: 100}',
    'points: {100: {m: {gte: 5}}, 5: true}',
  ])('may be scored by %s', (way) => {
    expect(codesOf(scored(`{parts: {a: ${part(100, way)}}}`))).toEqual([]);
  });

  test.each([
    ['metric: m', 'S001'],
    ['metric: m, from: 0', 'T013'],
    ['when: true, metric: m, from: 0, to: 5', 'S001'],
    ['metric: m, steps: {0: 0}, from: 0, to: 5', 'S001'],
    ['metric: m, steps: {0: 0, 5: 101}', 'S003'],
    ['points: {101: {m: {gte: 5}}}', 'S003'],
  ])('may not be scored by %s', (way, code) => {
    expect(codesOf(scored(`{parts: {a: ${part(100, way)}}}`))).toEqual([code]);
  });
});

describe('bands', () => {
  const banded = (bands: string) => codesOf(scored(`{parts: {a: ${part(100)}}, bands: ${bands}}`));

  test.each(['{poor: 0, fair: 40, good: 70}', '{good: 70, poor: 0}', '{all: 0}', '{poor: 0, best: 100}'])(
    'cover everything: %s',
    (bands) => {
      expect(banded(bands)).toEqual([]);
    },
  );

  test.each(['{fair: 40, good: 70}', '{poor: 0, best: 101}', '{poor: 0, fair: 40, good: 40}', '{poor: -1}'])(
    'leave a gap, overlap or lie outside: %s',
    (bands) => {
      expect(banded(bands)).not.toEqual([]);
    },
  );
});

describe('a score', () => {
  const plain = `parts: {a: ${part(100)}}`;

  test.each([
    'missing: ignore',
    'min_coverage: 1.1',
    'min_coverage: -0.1',
    'caps: [{at: 30}]',
    'caps: [{when: true}]',
    'caps: [{when: true, at: 101}]',
    'who: paying',
  ])('cannot have %s', (line) => {
    expect(codesOf(scored(`{${plain}, ${line}}`))).not.toEqual([]);
  });

  test('has the defaults of the page', () => {
    expect(rulesetOf(scored(`{${plain}}`)).scores.get('s')).toMatchObject({
      outOf: 100,
      who: undefined,
      missing: 'redistribute',
      minCoverage: 0.5,
      caps: [],
      bands: [],
    });
  });
});

describe('a grade', () => {
  const both = `scores:
  fit: {parts: {a: ${part(100)}}, bands: {poor: 0, good: 50}}
  usage: {parts: {a: ${part(100)}}, bands: {poor: 0, good: 50}}
  bare: {parts: {a: ${part(100)}}}
`;

  test.each([
    ['{fit: fit, usage: usage}', true],
    ['{fit: fit}', false],
    ['{fit: fit, usage: usage, more: fit}', false],
    ['{fit: fit, usage: bare}', false],
    ['{fit: fit, usage: nothing}', false],
  ])('crosses the bands of two scores: %s is sound: %s', (grade, sound) => {
    expect(codesOf(`${both}grades: {lead: ${grade}}\n`).length === 0).toBe(sound);
  });
});
