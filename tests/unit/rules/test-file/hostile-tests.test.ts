// Whatever stands in a test file, reading it ends soon, throws nothing, and says where the mistakes are.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expandTest } from '../../../../src/rules/test-file/expand-test.ts';
import { lastDayOf } from '../../../../src/rules/test-file/span-test.ts';
import { readTests, testOf } from './test-files.ts';

const SOUND = testOf(
  [
    'acme ann message_sent 3/day 2025-06-01..2025-06-05',
    '{account: acme, user: ann, event: message_sent, at: 2025-06-03T10:00:00Z, properties: {rows: 12}}',
    '{account: acme, traits: {plan: team}, remove: [seats], at: 2025-06-04}',
  ],
  ['{day: 2025-06-05, busy: {state: open, because: {messages: 12}}, score.use: {gte: 5}, champion: ann}'],
  '    accounts: {acme: {plan: free, created_at: 2025-01-01}}\n    users: {ann: {role: owner}}\n',
);

function readSafely(text: string): void {
  const { tests, problems } = readTests(text);
  const lines = text.split('\n');
  for (const { position } of problems) {
    expect(position.line).toBeLessThanOrEqual(lines.length);
    expect(position.column).toBeLessThanOrEqual((lines[position.line - 1] ?? '').length + 1);
  }
  for (const one of tests) {
    lastDayOf(one);
    for (const message of expandTest(one, { own: '‹1›', users: '‹1›' }))
      expect(Number.isSafeInteger(message.timestamp)).toBe(true);
  }
}

describe('any text', { timeout: 60_000 }, () => {
  test('of any characters', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 300 }), readSafely));
  });

  test('that was a good test before a few characters were lost, doubled or changed', () => {
    const edit = fc.tuple(
      fc.nat(SOUND.length),
      fc.nat(6),
      fc.constantFrom(
        '',
        '{',
        '}',
        ':',
        ', ',
        '\n',
        '  ',
        '"',
        "'",
        '- ',
        '5',
        '..',
        '9',
        'any',
        '*',
        '&a ',
        'Z',
      ),
    );
    const property = fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
      let text = SOUND;
      for (const [at, lost, put] of edits) text = text.slice(0, at) + put + text.slice(at + lost);
      readSafely(text);
    });
    fc.assert(property, { numRuns: 200 });
  });

  test('that has any value at any place of a test', () => {
    const words = [
      'acme',
      'ann',
      'busy',
      'open',
      'day',
      'account',
      'event',
      'at',
      'traits',
      'state',
      'because',
    ];
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        fc.oneof(
          fc.constantFrom(...words, '2025-06-01', '2025-06-01..2025-06-02', 'acme ann x 2/day 2025-06-01'),
          fc.double(),
          fc.boolean(),
          fc.string(),
        ),
        fc.dictionary(fc.constantFrom(...words, '__proto__'), tie('tree'), { maxKeys: 4 }),
        fc.array(tie('tree'), { maxLength: 3 }),
      ),
    }));
    const one = fc.record(
      {
        name: tree,
        timezone: tree,
        accounts: tree,
        users: tree,
        events: fc.array(tree),
        expect: fc.array(tree),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.array(one, { maxLength: 3 }), (tests) => readSafely(JSON.stringify({ tests }))),
      { numRuns: 200 },
    );
  });
});

describe('a text made to hurt', { timeout: 60_000 }, () => {
  const line = 'acme ann message_sent 2025-06-01';
  test.each([
    ['a line of a megabyte', testOf([`acme ${'a'.repeat(900_000)} x 2025-06-01`])],
    ['users without end', testOf([`acme ${'u1..u9999,'.repeat(2000)}z x 2025-06-01`])],
    ['blanks without end', testOf([`"acme ${' '.repeat(500_000)}!"`])],
    ['quotes without end', testOf([`'acme ann ${'"'.repeat(100_001)} 2025-06-01'`])],
    ['ten thousand lines', testOf(Array.from({ length: 10_000 }, () => line))],
    [
      'ten thousand expectations',
      testOf(
        [line],
        Array.from({ length: 10_000 }, () => '{day: 2025-06-30, bsy: 1}'),
      ),
    ],
    ['lists 5,000 deep', `tests: ${'['.repeat(5000)}${']'.repeat(5000)}`],
    ['more than a megabyte', '#'.repeat(1_000_001)],
  ])('%s', (_, text) => {
    const begin = performance.now();
    readSafely(text);
    expect(performance.now() - begin).toBeLessThan(10_000);
  });
});
