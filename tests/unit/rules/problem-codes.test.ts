// docs/errors.md and the code know the same mistakes, and every example in it does what it says.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { UTC } from '../../../src/model/time.ts';
import { PROBLEM_CODES } from '../../../src/rules/problem-codes.ts';

import { readRuleset } from '../../../src/rules/read-ruleset.ts';
import { readTestFiles } from '../../../src/rules/test-file/read-test-files.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const section = readFileSync(`${root}docs/errors.md`, 'utf8')
  .split(/^## /m)
  .find((part) => part.startsWith('Rules\n'));
const chapters = (section ?? '').split(/^#### /m).slice(1);
const documented = chapters.map((chapter) => chapter.slice(0, 4));
const codes = Object.keys(PROBLEM_CODES);

/** Their input is too large to print. */
const WITHOUT_EXAMPLE = ['Y010', 'T022'];

function example(code: string, kind: 'wrong' | 'right'): string | undefined {
  const chapter = chapters.find((candidate) => candidate.startsWith(code)) ?? '';
  return new RegExp(`\`\`\`yaml ${kind}\n([^]*?)\n\`\`\``).exec(chapter)?.[1];
}

function codesOf(text: string): readonly string[] {
  const parts = text.startsWith('# file: ') ? text.split(/^# file: /m).slice(1) : [`rules.yaml\n${text}`];
  const files = Object.fromEntries(
    parts.map((part) => [part.split('\n')[0], part.slice(part.indexOf('\n') + 1)]),
  );
  const seenEvents = new Map([
    ['message_sent', 12_000],
    ['paid', 40],
  ]);
  const { ruleset, problems } = readRuleset(files, { sinks: ['crm'], retentionDays: 400, seenEvents });
  const tests =
    ruleset === undefined ? undefined : readTestFiles({ files, ruleset, timezone: UTC, sinks: ['crm'] });
  return [...problems, ...(tests?.problems ?? [])].map((problem) => problem.code);
}

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

  test.each(codes.filter((code) => !WITHOUT_EXAMPLE.includes(code)))(
    '%s is shown wrong and right',
    (code) => {
      const [wrong, right] = [example(code, 'wrong'), example(code, 'right')];
      expect(codesOf(wrong ?? '')).toContain(code);
      expect(right).toBeDefined();
      const rest = codesOf(right ?? '').filter((other) => other === code || !other.startsWith('L'));
      expect(rest).toEqual([]);
    },
  );
});
