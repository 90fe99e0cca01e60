// Whatever stands in a rule file, reading it ends soon, throws nothing, and says where the mistakes are.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UTC } from '../../../src/model/time.ts';
import { formatProblems } from '../../../src/rules/format-problems.ts';
import { readRuleset } from '../../../src/rules/read-ruleset.ts';
import { readTestFiles } from '../../../src/rules/test-file/read-test-files.ts';
import { EXAMPLE, rulesetOf } from './rule-files.ts';

const SECONDS = 1000;

const TEST = `tests:
  - name: two thousand messages make a free team a lead
    accounts:
      acme: {plan: free, seats: 5, created_at: 2025-01-01, name: Acme}
    users:
      ann: {role: owner}
    events:
      - acme ann message_sent 100/day 2025-06-01..2025-06-20
      - {account: acme, user: ann, event: report_exported, at: 2025-06-03T10:00:00Z, properties: {rows: 12}}
      - {account: acme, traits: {plan: team}, at: 2025-06-25T09:00:00Z}
    expect:
      - {day: 2025-06-19, account: acme, team_hits_2000_messages: none}
      - {day: 2025-06-20, account: acme, score.adoption: {gte: 50}, seats_go_quiet: none}
`;

function readSafely(text: string) {
  const files = { 'rules.yaml': text };
  const { ruleset, problems } = readRuleset(files, {});
  const lines = text.split('\n');
  for (const { position } of problems) {
    expect(position.line).toBeLessThanOrEqual(lines.length);
    expect(position.column).toBeLessThanOrEqual((lines[position.line - 1] ?? '').length + 1);
    expect(position.length).toBeGreaterThanOrEqual(1);
  }
  for (const format of ['text', 'json', 'github'] as const) formatProblems(problems, files, { format });
  expect(ruleset === undefined).toBe(problems.some(({ severity }) => severity === 'error'));
  return { ruleset, codes: new Set(problems.map(({ code }) => code)) };
}

const repeat = (times: number, line: (index: number) => string): string =>
  Array.from({ length: times }, (_, index) => line(index)).join('\n');

// Long enough for a machine that is busy with other tests.
describe('any text', { timeout: 120_000 }, () => {
  test('of any characters', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => void readSafely(text)));
  });

  test('of the characters that mean something in YAML', () => {
    const unit = fc.constantFrom(...'{}[]:,-?&*!|>\'"%@`#~<=. \n\tab01'.split(''));
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 120 }), (text) => void readSafely(text)),
      { numRuns: 500 },
    );
  });

  test('that was a good file before a few characters were lost, doubled or changed', () => {
    const edit = fc.tuple(
      fc.nat(EXAMPLE.length),
      fc.nat(6),
      fc.constantFrom('', '{', '}', ':', ', ', '\n', '  ', '"', '- ', '5', 'any', '*', '&a '),
    );
    const property = fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
      let text = EXAMPLE;
      for (const [at, lost, put] of edits) text = text.slice(0, at) + put + text.slice(at + lost);
      readSafely(text);
    });
    fc.assert(property, { numRuns: 500 });
  });

  test('that was a good file before parts of it were lost, doubled or moved', () => {
    const place = fc.nat(EXAMPLE.length);
    const cut = fc.tuple(place, fc.nat(80), place, fc.constantFrom('lose', 'double', 'move'));
    const property = fc.property(fc.array(cut, { minLength: 1, maxLength: 6 }), (cuts) => {
      let text = EXAMPLE;
      for (const [at, length, to, how] of cuts) {
        const part = text.slice(at, at + length);
        if (how !== 'double') text = text.slice(0, at) + text.slice(at + length);
        if (how !== 'lose') text = text.slice(0, to) + part + text.slice(to);
      }
      readSafely(text);
    });
    fc.assert(property, { numRuns: 500 });
  });

  test.each([
    ['NUL', '\0'],
    ['a mark of the order of bytes', '\uFEFF'],
    ['half a character', '\uD800'],
    ['the other half of one', '\uDC00'],
    ['a carriage return', '\r'],
    ['a line separator', '\u2028'],
    ['a next-line character', '\u0085'],
    ['what turns the direction of text', '\u202E'],
    ['an escape', '\u001B[2J'],
  ])('with %s anywhere', (_, odd) => {
    const places = fc.array(fc.nat(EXAMPLE.length), { minLength: 1, maxLength: 5 });
    const property = fc.property(places, (at) => {
      readSafely(at.reduce((text, place) => text.slice(0, place) + odd + text.slice(place), EXAMPLE));
    });
    fc.assert(property, { numRuns: 50 });
  });

  test('with the line ends of Windows is the same rules', () => {
    const windows = readSafely(EXAMPLE.replaceAll('\n', '\r\n')).ruleset;
    expect(windows?.hash).toBe(readSafely(EXAMPLE).ruleset?.hash);
    expect(windows).toBeDefined();
  });

  test('with the byte order mark of an editor is the same rules', () => {
    expect(readSafely(`\uFEFF${EXAMPLE}`).ruleset?.hash).toBe(readSafely(EXAMPLE).ruleset?.hash);
  });

  test('of any bytes, as they come from a disk', () => {
    const property = fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      readSafely(new TextDecoder().decode(bytes));
    });
    fc.assert(property);
  });

  test('in a file of tests', () => {
    const ruleset = rulesetOf(EXAMPLE);
    const unit = fc.constantFrom(
      ...'{}[]:,-?&*!|>\'"%@#~. \n\tab01'.split(''),
      'tests:',
      'events:',
      'expect:',
      '- ',
    );
    const place = fc.nat(TEST.length);
    const edit = fc.tuple(place, fc.nat(30), fc.string({ unit, maxLength: 5 }));
    const property = fc.property(fc.array(edit, { minLength: 1, maxLength: 5 }), (edits) => {
      let text = TEST;
      for (const [at, lost, put] of edits) text = text.slice(0, at) + put + text.slice(at + lost);
      const files = { 'rules.test.yaml': text };
      const { problems } = readTestFiles({ files, ruleset, timezone: UTC, sinks: [] });
      for (const format of ['text', 'json', 'github'] as const) formatProblems(problems, files, { format });
    });
    fc.assert(property, { numRuns: 300 });
  });

  test('that has every word of the language at any place', () => {
    const words = [
      'count',
      'window',
      'ratio',
      'change',
      'over',
      'any',
      'all',
      'none',
      'at_least',
      'n',
      'of',
      'segment',
      'not',
      'in',
      'between',
      'exists',
      'gte',
      'account.x',
      'score.s',
      'band.s',
      'signal.r',
      'grade.g',
      'm',
      's',
      'r',
      'kind',
      'when',
      'who',
      'say',
      'severity',
      'high',
      'notify',
      'sink',
      'parts',
      'weight',
      'metric',
      'from',
      'to',
      'steps',
      'points',
      'caps',
      'at',
      'bands',
      'outcome',
      'event',
      'within',
      '7d',
      '3mo',
      'ever',
      'first 7d',
      'since account.x',
      'user.x',
      'where',
      'streak',
      'formula',
      'sequence',
      'features',
      'distinct',
      'members',
      'trend',
      'percentile_rank',
      'days_to_limit',
      'limit',
      'points',
      'caps',
      'at',
      'grades',
      'grade.g',
      'defaults',
      'metrics',
      'segments',
      'scores',
      'grades',
      'rules',
      '1',
    ];
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 6 },
        fc.oneof(
          fc.constantFrom(...words),
          fc.integer({ min: -2, max: 9 }),
          fc.boolean(),
          fc.constant('2025-01-01'),
        ),
        fc.dictionary(fc.constantFrom(...words), tie('tree'), { maxKeys: 4 }),
        fc.array(tie('tree'), { maxLength: 3 }),
      ),
    }));
    const sections = fc.record(
      {
        metrics: fc.dictionary(fc.constantFrom('m', 'a'), tree),
        segments: fc.dictionary(fc.constantFrom('s', 'a'), tree),
        scores: fc.dictionary(fc.constantFrom('s', 'a'), tree),
        grades: fc.dictionary(fc.constantFrom('g', 'a'), tree),
        rules: fc.dictionary(fc.constantFrom('r', 'a'), tree),
        defaults: tree,
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(sections, (file) => {
        const { ruleset } = readSafely(JSON.stringify(file));
        // What is dropped without a word would be a rule that never fires.
        if (ruleset === undefined) return;
        for (const section of ['metrics', 'segments', 'scores', 'grades', 'rules'] as const)
          expect([...ruleset[section].keys()].sort()).toEqual(Object.keys(file[section] ?? {}).sort());
      }),
      { numRuns: 500 },
    );
  });
});

describe('a text made to hurt', { timeout: 120_000 }, () => {
  const hostile: readonly (readonly [string, string, string])[] = [
    ['lists 5,000 deep', `metrics: ${'['.repeat(5000)}${']'.repeat(5000)}`, 'Y009'],
    ['lists that never end', '['.repeat(900_000), 'Y009'],
    ['maps 5,000 deep', `${'{a: '.repeat(5000)}1${'}'.repeat(5000)}`, 'Y009'],
    ['steps of indentation', repeat(1200, (index) => `${' '.repeat(index)}a:`), 'Y009'],
    ['a list in a list in a list', '- '.repeat(5000), 'Y009'],
    [
      'an alias bomb',
      `a0: &a0 {x: 1, y: 2}\n${repeat(60, (i) => `a${i + 1}: &a${i + 1} {x: *a${i}, y: *a${i}}`)}`,
      'Y008',
    ],
    [
      'an alias bomb of conditions',
      `segments:\n  a0: &a0 {any: [true, true]}\n${repeat(60, (i) => `  a${i + 1}: &a${i + 1} {any: [*a${i}, *a${i}]}`)}`,
      'Y008',
    ],
    [
      'more aliases than a person writes',
      `segments:\n  a: &a {account.plan: team}\n${repeat(101, (i) => `  b${i}: *a`)}`,
      'Y008',
    ],
    ['more than a megabyte', '#'.repeat(1_000_001), 'Y010'],
    ['a million commas', `[${','.repeat(900_000)}`, 'Y001'],
    ['a million parts', `[${'a,'.repeat(400_000)}`, 'Y010'],
    ['more mistakes than are shown', `rules:\n${repeat(3000, (i) => `  r${i}: {kid: x}`)}`, 'T022'],
    [
      'names that are nearly right',
      `metrics:\n${repeat(4000, (i) => `  metric_number_${i}: {count: a, window: 7d}`)}\nsegments:\n${repeat(4000, (i) => `  s${i}: {metric_numbr_${i}x: {gte: 1}}`)}`,
      'T018',
    ],
    [
      'segments in a row',
      `segments:\n${repeat(20_000, (i) => `  s${i}: {segment: s${i + 1}}`)}\n  s20000: true`,
      'T020',
    ],
    [
      'segments in a circle',
      `segments:\n${repeat(20_000, (i) => `  s${i}: {segment: s${(i + 1) % 20_000}}`)}`,
      'T019',
    ],
    [
      'metrics in a row',
      `metrics:\n${repeat(5000, (i) => `  m${i}: {ratio: [m${i + 1}, m${i + 1}]}`)}\n  m5000: {count: a, window: 7d}`,
      'T020',
    ],
    ['a sentence of places', `rules:\n  r: {kind: x, when: true, say: "${'{a}'.repeat(100_000)}"}`, 'R002'],
  ];

  test.each(hostile)('%s', (_, text, code) => {
    const begin = performance.now();
    expect(readSafely(text).codes).toContain(code);
    expect(performance.now() - begin).toBeLessThan(10 * SECONDS);
  });

  test('definitions that double at each level are read, not unfolded', () => {
    const metrics = repeat(14, (i) => `  m${i + 1}: {ratio: [m${i}, m${i}]}`);
    const segments = repeat(14, (i) => `  s${i + 1}: {all: [{segment: s${i}}, {segment: s${i}}]}`);
    const { codes } = readSafely(`metrics:
  m0: {count: a, window: ever}
${metrics}
  fall: {change: m14, over: 7d}
segments:
  s0: {m14: {gte: 1}}
${segments}
rules:
  r: {kind: x, when: {segment: s14, fall: {gte: 0}}}`);
    expect([...codes].filter((code) => !code.startsWith('L'))).toEqual([]);
  });

  test('a grade of twelve hundred values is tested by each of ten thousand segments', () => {
    const bands = (count: number) =>
      Array.from({ length: count }, (_, index) => `b${index}: ${index}`).join(', ');
    const score = (count: number) => `{parts: {p: {weight: 100, when: true}}, bands: {${bands(count)}}}`;
    const text = `scores:\n  s: ${score(26)}\n  t: ${score(50)}\ngrades: {g: {x: s, y: t}}\nsegments:
${repeat(10_000, (i) => `  s${i}: {grade.g: {in: [A1, Z50]}}`)}`;
    const begin = performance.now();
    expect(readSafely(text).ruleset?.segments.size).toBe(10_000);
    expect(performance.now() - begin).toBeLessThan(10 * SECONDS);
  });

  test('a very wide map is read', () => {
    const text = `segments:\n${repeat(15_000, (i) => `  s${i}: {account.plan: p${i}}`)}`;
    const begin = performance.now();
    expect(readSafely(text).ruleset?.segments.size).toBe(15_000);
    expect(performance.now() - begin).toBeLessThan(10 * SECONDS);
  });

  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    'the key %s is a key like others',
    (key) => {
      expect(readSafely(`metrics:\n  m: {count: a, ${key}: 1, window: 7d}`).codes).toContain('T012');
      expect(readSafely(`rules:\n  r: {kind: pql, when: {${key}: {gte: 1}}}`).codes).toContain('T018');
      expect(readSafely(`${key}: 1`).codes).toContain('T012');
      expect(readSafely(`segments: {s: {account.x: {${key}: 1}}}`).codes).toContain('C002');
    },
  );
});
