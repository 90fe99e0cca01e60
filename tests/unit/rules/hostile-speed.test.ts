// No text takes the checker more than a second per 100 kB: not garbage, not a bomb, and not what a person writes.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UTC } from '../../../src/model/time.ts';
import { formatProblems } from '../../../src/rules/format-problems.ts';
import { namesInTests } from '../../../src/rules/names-in-tests.ts';
import { readRuleset } from '../../../src/rules/read-ruleset.ts';
import { readTestFiles } from '../../../src/rules/test-file/read-test-files.ts';
import { EXAMPLE, rulesetOf } from './rule-files.ts';

const SIZE = 100_000;
const MOST_SECONDS = 1;
const ATTEMPTS = 3;

const RULESET = rulesetOf(EXAMPLE);

function read(text: string): void {
  const files = { 'rules.yaml': text };
  const options = {
    seenEvents: new Map([['paid', 3]]),
    testedRules: namesInTests([text]),
    retentionDays: 10,
  };
  const { problems } = readRuleset(files, options);
  for (const format of ['text', 'json', 'github'] as const)
    formatProblems(problems, files, { format, width: 80 });
}

function readTests(text: string): void {
  const files = { 'rules.test.yaml': text };
  const { problems } = readTestFiles({ files, ruleset: RULESET, timezone: UTC, sinks: [] });
  formatProblems(problems, files, { format: 'text' });
}

/**
 * Of the best of three attempts, per 100 kB. The time that this process had, where that is less than what passed: the
 * machine may be busy with other tests.
 */
function secondsPer100Kb(text: string, work: (text: string) => void): number {
  let best = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < ATTEMPTS && best > MOST_SECONDS; attempt++) {
    const [begin, used] = [performance.now(), process.cpuUsage()];
    work(text);
    const { user, system } = process.cpuUsage(used);
    const passed = Math.min((performance.now() - begin) / 1000, (user + system) / 1_000_000);
    best = Math.min(best, passed / (text.length / SIZE));
  }
  return best;
}

const fill = (piece: string): string => piece.repeat(Math.ceil(SIZE / piece.length)).slice(0, SIZE);

/** Lines until the text is long enough. */
function lines(line: (index: number) => string): string {
  const written: string[] = [];
  for (let size = 0, index = 0; size < SIZE; index++) {
    const next = line(index);
    size += next.length + 1;
    written.push(next);
  }
  return written.join('\n');
}

const hundred = (item: (index: number) => string): string =>
  Array.from({ length: 100 }, (_, index) => item(index)).join(', ');

const TEXTS: Readonly<Record<string, string>> = {
  'metrics as a person writes them': `metrics:\n${lines((i) => `  m${i}: {count: event_${i}, window: 30d}`)}`,
  'rules as a person writes them': `metrics:\n  m: {count: a, window: 30d}\nrules:\n${lines((i) => `  r${i}: {kind: pql, when: {m: {gte: ${i}}}, say: "{m} of {account.name}"}`)}`,
  'the same example again and again': lines(() => EXAMPLE),
  'names that are nearly right': `metrics:\n  metric_number: {count: a, window: 7d}\nsegments:\n${lines((i) => `  s${i}: {metric_numbr_${i}: {gte: 1}}`)}`,
  'a very wide map': `segments:\n${lines((i) => `  s${i}: true`)}`,
  'a rule of ten thousand keys': `rules:\n  r:\n${lines((i) => `    k${i}: 1`)}`,
  'one key again and again': lines(() => 'a: 1'),
  'keys without values': lines((i) => `k${i}:`),
  'a list without end': `segments:\n  s: {account.plan: {in: [${fill('x, ')}x]}}`,
  'a condition without end': `segments:\n  s: {any: [${fill('{account.plan: x}, ')}true]}`,
  'a line of text': `rules:\n  r: {kind: x, when: true, say: ${fill('word ')}}`,
  'a sentence of places': `rules:\n  r: {kind: x, when: true, say: "${fill('{a}')}"}`,
  'a formula of sums': `metrics:\n  f: {formula: "${fill('1 + ')}1"}`,
  'a formula of parentheses': `metrics:\n  f: {formula: "${fill('(')}"}`,
  'a formula of functions': `metrics:\n  f: {formula: "${fill('max(1, ')}"}`,
  'formulas of formulas': `metrics:\n${lines((i) => `  f${i}: {formula: "f${i + 1} + f${i + 1}"}`)}`,
  'steps of a score': `scores:\n  s: {parts: {p: {weight: 100, metric: account.a, steps: {${lines((i) => `${i}: 1,`)}}}}}`,
  'parts of a score': `scores:\n  s:\n    parts:\n${lines((i) => `      p${i}: {weight: 1, when: true}`)}`,
  'segments in a row': `segments:\n${lines((i) => `  s${i}: {segment: s${i + 1}}`)}`,
  'rules that ask much of each other': `metrics:\n  m: {count: a, window: 7d}\nrules:\n${lines((i) => `  r${i}: {kind: x, when: {any: [${hundred((k) => `{m: {gte: ${k + 9}}}`)}]}, resolve_when: {all: [${hundred((k) => `{m: {lt: ${k + 5}}}`)}]}}`)}`,
  'rules of one large segment': `metrics:\n  idle: {days_since_last: any}\nsegments:\n  s: {any: [${hundred(() => '{idle: {gte: 5}}')}]}\nrules:\n${lines((i) => `  r${i}: {kind: x, who: {segment: s}, when: {segment: s}}`)}`,
  brackets: fill('[]'),
  'closing brackets': fill(']'),
  'braces on lines': fill('{}\n'),
  commas: `[${fill(',')}`,
  quotes: fill('"'),
  'quotes that are never closed': lines(() => 'a: "b'),
  'reserved characters': `metrics: {a: {${fill('%\n')}`,
  'empty lines in braces': `metrics: {a: {${fill('\n')}`,
  'blanks in braces': `metrics: {a: {${fill(' ')}`,
  'marks of order of bytes': `segments: {${fill('\uFEFF ')}`,
  'block texts': fill('|\n'),
  'block texts in braces': `metrics: {a: {${fill('|\n')}`,
  anchors: fill('&a '),
  aliases: `a: &a 1\nb: [${fill('*a, ')}]`,
  'aliases of nothing': `a: [${fill('*a - ')}`,
  tags: fill('- !a b\n'),
  documents: fill('---\n'),
  directives: fill('%a\n'),
  comments: fill('#\n'),
  'a line that does not end': `metrics: ${'a'.repeat(SIZE)}`,
  'a key that does not end': `${'a'.repeat(SIZE)}: 1`,
  'carriage returns': fill('a: 1\r\n'),
  'nothing but blanks': fill(' '),
  'nothing but tabs': fill('\t'),
  'nothing but NUL': fill('\0'),
  'halves of characters': fill('\uD800'),
  'levels of braces': fill('{a: '),
  'levels of indentation': lines((i) => `${' '.repeat(i)}a:`),
};

describe('100 kB are checked within a second', { timeout: 120_000 }, () => {
  test.each(Object.entries(TEXTS))('%s', (_, text) => {
    expect(secondsPer100Kb(text, read)).toBeLessThan(MOST_SECONDS);
  });

  test('whatever is repeated', () => {
    const piece = fc.string({ unit: fc.constantFrom(...PIECES), minLength: 1, maxLength: 5 });
    const property = fc.property(fc.constantFrom(...BEGINNINGS), piece, (beginning, text) => {
      expect(secondsPer100Kb(beginning + fill(text), read)).toBeLessThan(MOST_SECONDS);
    });
    fc.assert(property, { numRuns: 12 });
  });

  test('and in a file of tests', () => {
    const piece = fc.string({ unit: fc.constantFrom(...PIECES), minLength: 1, maxLength: 5 });
    const property = fc.property(fc.constantFrom(...TEST_BEGINNINGS), piece, (beginning, text) => {
      expect(secondsPer100Kb(beginning + fill(text), readTests)).toBeLessThan(MOST_SECONDS);
    });
    fc.assert(property, { numRuns: 8 });
  });
});

const BEGINNINGS = [
  '',
  'metrics:\n',
  'rules:\n  r:\n    when:\n',
  'segments: {',
  'metrics: {a: {',
  'a: [',
  '"',
];
const TEST_BEGINNINGS = [
  'tests:\n',
  'tests:\n  - name: a\n    events:\n',
  'tests:\n  - name: a\n    expect: [',
  'tests: [',
];
const PIECES = [
  '{',
  '}',
  '[',
  ']',
  ',',
  ': ',
  '- ',
  '- ',
  '? ',
  '&a ',
  '*a ',
  '!a ',
  '|\n',
  '>\n',
  "'",
  '"',
  '%',
  '#',
]
  .concat([
    '\n',
    '\n  ',
    ' ',
    '\t',
    'a',
    'b: ',
    '1',
    'any',
    '\r\n',
    '\0',
    '\uFEFF',
    '\uD800',
    '---\n',
    'say: ',
  ])
  .concat([
    'acme ann message_sent 2/day 2025-06-01..2025-06-30\n',
    'day: 2025-06-01',
    '.inf',
    '\\',
    '\u2028',
    '東',
  ]);
