// docs/errors.md and the code know the same mistakes, and every example in it does what it says.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { UTC } from '../../../src/model/time.ts';
import { PROBLEM_CODES } from '../../../src/rules/problem-codes.ts';

import { readRuleset } from '../../../src/rules/read-ruleset.ts';
import { readTestFiles } from '../../../src/rules/test-file/read-test-files.ts';
import { filesOf, PROJECT } from './rule-examples.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const section = readFileSync(`${root}docs/errors.md`, 'utf8')
  .split(/^## /m)
  .find((part) => part.startsWith('Rules\n'));
const chapters = (section ?? '').split(/^#### /m).slice(1);
const documented = chapters.map((chapter) => chapter.slice(0, 4));
const codes = Object.keys(PROBLEM_CODES);

/** Comes after a thousand others. */
const NEVER_ALONE = 'T022';

function example(code: string, kind: 'wrong' | 'right'): string {
  const chapter = chapters.find((candidate) => candidate.startsWith(code)) ?? '';
  const found = [...chapter.matchAll(/```yaml (wrong|right)\n([\s\S]*?)\n```/g)].filter(
    (match) => match[1] === kind,
  );
  expect(found, `${code} has one ${kind} example`).toHaveLength(1);
  return found[0]?.[2] ?? '';
}

/** Of the rules and, where these are sound, of their tests. */
function codesOf(text: string): readonly string[] {
  const files = filesOf(text, 'rules.yaml');
  const { ruleset, problems } = readRuleset(files, PROJECT);
  const tests =
    ruleset === undefined ? undefined : readTestFiles({ files, ruleset, timezone: UTC, sinks: ['crm'] });
  return [...new Set([...problems, ...(tests?.problems ?? [])].map(({ code }) => code))];
}
const isError = (code: string): boolean => !code.startsWith('L');

describe('the codes of mistakes in rules', () => {
  test('stand in docs/errors.md, each once and in order, and no others do', () => {
    expect(documented).toEqual(codes);
  });

  test('are all used by the reader', () => {
    const source = readdirSync(`${root}src/rules`, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.includes('problem-codes'))
      .map((file) => readFileSync(`${root}src/rules/${file}`, 'utf8'))
      .join('\n');
    expect(codes.filter((code) => !source.includes(`'${code}'`))).toEqual([]);
  });

  test.each(codes.filter((code) => code !== NEVER_ALONE))(
    '%s is what its wrong example shows, and nothing else',
    (code) => {
      expect(codesOf(example(code, 'wrong')).filter((other) => !isError(code) || isError(other))).toEqual([
        code,
      ]);
    },
  );

  test(`${NEVER_ALONE} is what its wrong example shows, after a thousand others`, () => {
    expect(codesOf(example(NEVER_ALONE, 'wrong'))).toContain(NEVER_ALONE);
  });

  test.each(codes)('%s is gone in its right example, which has no error', (code) => {
    expect(codesOf(example(code, 'right')).filter((other) => other === code || isError(other))).toEqual([]);
  });
});
