// docs/errors.md and the code know the same mistakes of tidemark.yaml, and every example in it does what it says.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { CONFIG_PROBLEM_CODES } from '../../../../src/app/config/config-problem.ts';
import { readConfig } from '../../../../src/app/config/read-config.ts';

const section = readFileSync(new URL('../../../../docs/errors.md', import.meta.url), 'utf8')
  .split(/^## /m)
  .find((part) => part.startsWith('Configuration\n'));
const chapters = (section ?? '').split(/^#### /m).slice(1);
const codes = Object.entries(CONFIG_PROBLEM_CODES);

function example(code: string, kind: 'wrong' | 'right'): string {
  const chapter = chapters.find((candidate) => candidate.startsWith(code)) ?? '';
  return chapter.split(`\`\`\`yaml ${kind}\n`)[1]?.split('```')[0] ?? '';
}

function codesOf(text: string): readonly string[] {
  const environment = { HUBSPOT_TOKEN: 'pat-eu1-secret' };
  const read = readConfig({ file: 'tidemark.yaml', text, environment, needsSecrets: true });
  return read.ok ? [] : read.problems.map(({ code }) => code);
}

describe('the codes of mistakes in tidemark.yaml', () => {
  test('stand in docs/errors.md, each once, in order and with its name, and no others do', () => {
    expect(chapters.map((chapter) => chapter.split('\n')[0])).toEqual(
      codes.map(([code, name]) => `${code} ${name}`),
    );
  });

  test.each(codes)('%s (%s) is shown wrong and right', (code) => {
    expect(new Set(codesOf(example(code, 'wrong')))).toEqual(new Set([code]));
    expect(example(code, 'right')).not.toBe('');
    expect(codesOf(example(code, 'right'))).toEqual([]);
  });
});
