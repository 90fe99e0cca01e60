// Broken rule files and what a person reads about them, word for word. `vitest -u` writes what changed: look at it.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { formatProblems } from '../../../src/rules/format-problems.ts';
import { readRuleset } from '../../../src/rules/read-ruleset.ts';

const folder = fileURLToPath(new URL('golden/', import.meta.url));
const cases = readdirSync(folder)
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => file.slice(0, -'.yaml'.length));

describe('what is said about a broken rule file', () => {
  test('is held for at least forty files', () => {
    expect(cases.length).toBeGreaterThanOrEqual(40);
  });

  test.each(cases)('%s', async (name) => {
    const files = { [`${name}.yaml`]: readFileSync(`${folder}${name}.yaml`, 'utf8') };
    const { ruleset, problems } = readRuleset(files, {});
    const said = formatProblems(problems, files, { format: 'text' });

    expect(existsSync(`${folder}${name}.txt`), 'a golden file that is missing is a failure').toBe(true);
    await expect(said).toMatchFileSnapshot(`${folder}${name}.txt`);
    expect(problems.length).toBeGreaterThan(0);
    expect(ruleset === undefined).toBe(problems.some((problem) => problem.severity === 'error'));
  });
});
