// The first rules of docs/rules.md and the test beside them, run as a reader would run them.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundle, runTidemark } from '../support/run-tidemark.ts';

let folder: string;

beforeAll(async () => {
  bundle();
  folder = await mkdtemp(join(tmpdir(), 'tidemark-guide-'));
  await mkdir(join(folder, 'rules'));
  const guide = await readFile('docs/rules.md', 'utf8');
  const blocks = [...guide.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text]) => text ?? '');
  for (const text of blocks) {
    const name = /^# (rules\/\S+\.yaml)$/m.exec(text)?.[1];
    if (name !== undefined) await writeFile(join(folder, name), text);
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const run = (...args: readonly string[]) => runTidemark(args, { cwd: folder });

test('its rules have no problem', async () => {
  expect(await run('rules', 'check', 'rules')).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^0 errors, 0 warnings/),
  });
});

test('its test passes, and fails when the rule says something else', async () => {
  expect(await run('rules', 'test', 'rules')).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^1 passed in 1 file/),
  });
  const rules = join(folder, 'rules', 'pql.yaml');
  const text = await readFile(rules, 'utf8');
  await writeFile(rules, text.replace('{messages_ever: {gte: 2000}}', '{messages_ever: {gte: 2001}}'));
  const { code, stdout } = await run('rules', 'test', 'rules');
  expect(stdout).toContain('team_hits_2000_messages');
  expect(code).toBe(1);
});
