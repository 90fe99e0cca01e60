import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import type { Problem } from '../../../src/model/problem.ts';
import { formatProblems } from '../../../src/rules/format-problems.ts';
import { readRuleset } from '../../../src/rules/read-ruleset.ts';

const PQL = `# leads
metrics:
  seats:    {users: any, window: 30d}

  # the volume
  messages: {count: message_sent, windw: 30d}
rules:
  r: {kind: pql, stage: draft, when: {messages: {gte: 1}, seats: {gte: 1}}, keep_open: 1d}
`;
const files = {
  'rules/pql.yaml': PQL,
  'rules/churn.yaml': '',
  'rules/other.yaml': '',
  'rules/pql.test.yaml': '',
};

const problem = (more: Partial<Problem>): Problem => ({
  code: 'T012',
  severity: 'error',
  message: 'unknown key "x"',
  hint: undefined,
  position: { file: 'a.yaml', line: 1, column: 1, length: 1 },
  ...more,
});
const marking = (column: number, length: number, line = 1) => ({
  position: { file: 'a.yaml', line, column, length },
});
const text = (problems: readonly Problem[], source: string, width?: number) =>
  formatProblems(problems, { 'a.yaml': source }, { format: 'text', width });

describe('text', () => {
  test('is exactly what the design shows', () => {
    const { problems } = readRuleset(files, {});
    expect(formatProblems(problems, files, { format: 'text' })).toBe(
      `rules/pql.yaml:6:35  T012 unknown key "windw" in metric "messages"
   6 |   messages: {count: message_sent, windw: 30d}
     |                                   ^^^^^ did you mean "window"?
1 error, 0 warnings in 3 files
`,
    );
  });

  test('of a clean folder is a count', () => {
    expect(text([], '')).toBe('0 errors, 0 warnings in 1 file\n');
  });

  test('counts the tests of rules as files where it is about them', () => {
    const place = { file: 'rules/pql.test.yaml', line: 1, column: 1, length: 1 };
    expect(formatProblems([problem({ position: place })], files, { format: 'text' })).toContain(
      '\n1 error, 0 warnings in 4 files\n',
    );
  });

  test('says of a warning that it is one, and without a hint has only its mark', () => {
    expect(text([problem({ code: 'L006', severity: 'warning' })], 'x: 1')).toBe(
      'a.yaml:1:1  L006 warning: unknown key "x"\n   1 | x: 1\n     | ^\n0 errors, 1 warning in 1 file\n',
    );
  });

  test('tells all problems before it counts them', () => {
    const both = [problem({}), problem({ code: 'L006', severity: 'warning', ...marking(4, 1) })];
    expect(text(both, 'x: 1')).toBe(`a.yaml:1:1  T012 unknown key "x"
   1 | x: 1
     | ^
a.yaml:1:4  L006 warning: unknown key "x"
   1 | x: 1
     |    ^
1 error, 1 warning in 1 file
`);
  });

  test('keeps marks beside the gutter of a file of ten thousand lines', () => {
    expect(text([problem(marking(1, 1, 12_345))], `${'\n'.repeat(12_344)}x: 1`)).toContain(
      '\n12345 | x: 1\n      | ^\n',
    );
  });
});

describe('the mark stands under what it means', () => {
  const marked = (source: string, column: number, length: number, width?: number): readonly string[] =>
    text([problem(marking(column, length))], source, width)
      .split('\n')
      .slice(1, 3)
      .map((line) => line.slice(7));

  test('after a tab, in a file with carriage returns', () => {
    expect(text([problem(marking(2, 3, 2))], 'a: 1\r\n\tabc\r\n')).toContain('   2 | \tabc\n     | \t^^^\n');
  });

  test('on a tab, which is one character', () => {
    expect(marked('\tabc', 1, 1)).toEqual(['\tabc', '^']);
  });

  test('after and under characters that are two columns wide', () => {
    expect(marked('東京: {cuont: 東京}', 6, 5)).toEqual(['東京: {cuont: 東京}', '       ^^^^^']);
    expect(marked('a: 東京', 4, 2)).toEqual(['a: 東京', '   ^^^^']);
    expect(marked('a: 🚀🚀 b', 9, 1)).toEqual(['a: 🚀🚀 b', '        ^']);
  });

  test('after an accent that is a character of its own', () => {
    expect(marked('cafe\u0301: x', 8, 1)).toEqual(['cafe\u0301: x', '      ^']);
  });

  test('in a line that is cut around it', () => {
    const line = `${'x'.repeat(5000)}HERE${'y'.repeat(5000)}`;
    const [quoted = '', mark = ''] = marked(line, 5001, 4);
    expect(quoted.length).toBeLessThan(200);
    expect(quoted.slice(mark.indexOf('^'), mark.lastIndexOf('^') + 1)).toBe('HERE');
  });

  test('and nothing moves the cursor of a terminal', () => {
    const said = text([problem({})], '\u001b[2J\u202Egnirts');
    expect(said).not.toContain('\u001b');
    expect(said).not.toContain('\u202e');
  });
});

describe('in a narrow terminal', { timeout: 60_000 }, () => {
  test('the line is cut and the hint has lines of its own', () => {
    const source = '    when: {any: [{messages: {gte: 2000}}, {mesages: {gte: 5}}]}';
    const hint = 'did you mean "messages"? There is no metric of the other name in any file';
    expect(text([problem({ hint, ...marking(44, 7) })], source, 40)).toBe(`a.yaml:1:44  T012 unknown key "x"
   1 | …: 2000}}, {mesages: {gte: 5}}]}
     |             ^^^^^^^
     | did you mean "messages"? There is
     | no metric of the other name in
     | any file
1 error, 0 warnings in 1 file
`);
  });

  test('no quoted line, mark or hint is wider than it, whatever characters there are', () => {
    const unit = fc.constantFrom('a', 'b', ' ', '東', '🚀', '\u0301', ': ', '👩‍👩‍👧');
    const property = fc.property(
      fc.string({ unit, maxLength: 200 }),
      fc.nat(200),
      fc.integer({ min: 1, max: 50 }),
      fc.integer({ min: 40, max: 100 }),
      (source, column, length, width) => {
        const at = Math.min(column, source.length);
        const said = text([problem({ hint: source, ...marking(at + 1, length) })], source, width);
        for (const line of said.split('\n').slice(1, -2))
          expect(stringWidth(line), line).toBeLessThanOrEqual(Math.max(width, longestWord(source) + 7));
      },
    );
    fc.assert(property, { numRuns: 100 });
  });
});

const longestWord = (source: string): number =>
  Math.max(...source.split(' ').map((word) => stringWidth(word)));

test('json is one document', () => {
  const { problems } = readRuleset(files, {});
  expect(formatProblems(problems, files, { format: 'json' })).toBe(`{
  "problems": [
    {
      "code": "T012",
      "severity": "error",
      "message": "unknown key \\"windw\\" in metric \\"messages\\"",
      "hint": "did you mean \\"window\\"?",
      "position": {
        "file": "rules/pql.yaml",
        "line": 6,
        "column": 35,
        "length": 5
      }
    }
  ],
  "errors": 1,
  "warnings": 0,
  "files": 3
}
`);
});

describe('github', () => {
  const github = (problems: readonly Problem[]) => formatProblems(problems, files, { format: 'github' });

  test('annotates the line of a pull request', () => {
    expect(github(readRuleset(files, {}).problems)).toBe(
      `::error file=rules/pql.yaml,line=6,col=35,endColumn=40,title=T012::unknown key "windw" in metric "messages": did you mean "window"?
1 error, 0 warnings in 3 files
`,
    );
  });

  test('tells warnings from errors, and does without a hint', () => {
    expect(github([problem({ code: 'L006', severity: 'warning' })]).split('\n')[0]).toBe(
      '::warning file=a.yaml,line=1,col=1,endColumn=2,title=L006::unknown key "x"',
    );
  });

  test('escapes what would end a command or a property of it', () => {
    const said = github([
      problem({
        message: '100 % of\r\nit, now',
        hint: 'do: it',
        position: { file: 'a,b:c%.yaml', line: 3, column: 5, length: 2 },
      }),
    ]);
    expect(said.split('\n')[0]).toBe(
      '::error file=a%2Cb%3Ac%25.yaml,line=3,col=5,endColumn=7,title=T012::100 %25 of%0D%0Ait, now: do: it',
    );
  });

  test('never lets a message begin a command of its own', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (message) => {
        expect(github([problem({ message: `${message}\n::error::x\r::stop` })]).split(/[\r\n]/)).toHaveLength(
          3,
        );
      }),
    );
  });
});
