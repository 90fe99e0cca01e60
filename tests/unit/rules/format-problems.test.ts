import { expect, test } from 'vitest';
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
const text = (problems: readonly Problem[], source: string) =>
  formatProblems(problems, { 'a.yaml': source }, { format: 'text' });

test('text is exactly what the design shows', () => {
  const { problems } = readRuleset(files, {});
  expect(formatProblems(problems, files, { format: 'text' })).toBe(
    `rules/pql.yaml:6:35  T012 unknown key "windw" in metric "messages"
   6 |   messages: {count: message_sent, windw: 30d}
     |                                   ^^^^^ did you mean "window"?
1 error, 0 warnings in 3 files
`,
  );
});

test('a clean folder is a count', () => {
  expect(formatProblems([], { 'a.yaml': '' }, { format: 'text' })).toBe('0 errors, 0 warnings in 1 file\n');
});

test('a warning says so, and a problem without a hint has only its mark', () => {
  expect(text([problem({ code: 'L006', severity: 'warning' })], 'x: 1')).toBe(
    'a.yaml:1:1  L006 warning: unknown key "x"\n   1 | x: 1\n     | ^\n0 errors, 1 warning in 1 file\n',
  );
});

test('the mark stands under what it means after a tab, in a file with carriage returns', () => {
  const said = text(
    [problem({ position: { file: 'a.yaml', line: 2, column: 2, length: 3 } })],
    'a: 1\r\n\tabc\r\n',
  );
  expect(said).toContain('   2 | \tabc\n     | \t^^^\n');
});

test('a long line is cut around the mark', () => {
  const line = `${'x'.repeat(5000)}HERE${'y'.repeat(5000)}`;
  const said = text([problem({ position: { file: 'a.yaml', line: 1, column: 5001, length: 4 } })], line);
  const [, quoted = '', mark = ''] = said.split('\n');
  expect(quoted.length).toBeLessThan(200);
  expect(quoted.slice(mark.indexOf('^'), mark.lastIndexOf('^') + 1)).toBe('HERE');
});

test('what would move the cursor of a terminal is not printed', () => {
  const said = text([problem({})], '\u001b[2J\u202Egnirts');
  expect(said).not.toContain('\u001b');
  expect(said).not.toContain('\u202e');
});

test('json is one document with counts', () => {
  const { problems } = readRuleset(files, {});
  const document = JSON.parse(formatProblems(problems, files, { format: 'json' }));
  expect(document).toMatchObject({ errors: 1, warnings: 0, files: 3 });
  expect(document.problems[0]).toMatchObject({ code: 'T012', position: { line: 6, column: 35, length: 5 } });
});

test('github annotates the line, with what would end a command escaped', () => {
  const said = formatProblems(
    [
      problem({
        message: '100 % of\nit',
        hint: 'do it',
        position: { file: 'a,b:c.yaml', line: 3, column: 5, length: 2 },
      }),
    ],
    {},
    { format: 'github' },
  );
  expect(said.split('\n')[0]).toBe(
    '::error file=a%2Cb%3Ac.yaml,line=3,col=5,endColumn=7,title=T012::100 %25 of%0Ait: do it',
  );
});
