// Broken rule files and what a person reads about them, word for word. `vitest -u` writes what changed: look at it.
// Files called in-project-* are checked as in a project, against its sinks, events, retention and tests.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { PROBLEM_CODES } from '../../../src/rules/problem-codes.ts';
import { filesOf, PROJECT, say } from './rule-examples.ts';

const folder = fileURLToPath(new URL('golden/', import.meta.url));
const cases = readdirSync(folder)
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => file.slice(0, -'.yaml'.length));

describe('what is said about a broken rule file', () => {
  test('is held for at least sixty files', () => {
    expect(cases.length).toBeGreaterThanOrEqual(60);
  });

  // T022 comes after a thousand others; T021 and X are said of tests of rules.
  test('is held for each code of rules', () => {
    const texts = readdirSync(folder)
      .filter((file) => file.endsWith('.txt'))
      .map((file) => readFileSync(`${folder}${file}`, 'utf8'))
      .join('');
    const codes = Object.keys(PROBLEM_CODES).filter((code) => !/^(T02[12]|X)/.test(code));
    expect(codes.filter((code) => !texts.includes(`  ${code} `))).toEqual([]);
  });

  test.each(cases)('%s', async (name) => {
    const files = filesOf(readFileSync(`${folder}${name}.yaml`, 'utf8'), `${name}.yaml`);
    const { ruleset, problems, text } = say(files, name.startsWith('in-project-') ? PROJECT : {});

    expect(existsSync(`${folder}${name}.txt`), 'a golden file that is missing is a failure').toBe(true);
    await expect(text).toMatchFileSnapshot(`${folder}${name}.txt`);
    expect(problems.length).toBeGreaterThan(0);
    expect(ruleset === undefined).toBe(problems.some((problem) => problem.severity === 'error'));
  });
});
