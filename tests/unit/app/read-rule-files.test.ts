// The files of a rules folder.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readRuleFiles, readRulesAndTests, readTestTexts } from '../../../src/app/read-rule-files.ts';
import { findProblems } from '../../../src/rules/read-ruleset.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemark-rules-'));
  await mkdir(join(folder, 'team/.hidden'), { recursive: true });
  for (const name of [
    'b.yaml',
    'a.yml',
    'a.test.yaml',
    'notes.md',
    'team/c.yaml',
    'team/.hidden/d.yaml',
    '.e.yaml',
  ]) {
    await writeFile(join(folder, name), name);
  }
});
afterAll(() => rm(folder, { recursive: true }));

test('are all YAML files of it and its subfolders, without tests and hidden ones', async () => {
  expect(await readRuleFiles(folder)).toEqual({
    'a.yml': 'a.yml',
    'b.yaml': 'b.yaml',
    'team/c.yaml': 'team/c.yaml',
  });
});

test('can be shown by the path that opens them', async () => {
  expect(Object.keys(await readRuleFiles(folder, { shownAs: 'rules' }))[0]).toBe('rules/a.yml');
});

test('that cannot be read are told with what to check', async () => {
  await expect(readRuleFiles(join(folder, 'nowhere'))).rejects.toThrow(/nowhere: .*ENOENT.*check "rules"/);
});

test('are asked of the folder where a file is given', async () => {
  const file = join(folder, 'b.yaml');
  await expect(readRuleFiles(file)).rejects.toThrow(`${file} is a file, and rules are read by the folder`);
  await expect(readRuleFiles(file)).rejects.toThrow(`give ${folder}`);
});

test('are read no further than the reader of rules takes them', async () => {
  const huge = await mkdtemp(join(tmpdir(), 'tidemark-rules-'));
  await writeFile(join(huge, 'a.yaml'), '#'.repeat(5_000_000));
  const files = await readRuleFiles(huge);
  await rm(huge, { recursive: true });
  expect(files['a.yaml']?.length).toBe(4_000_001);
  expect(findProblems(files, {}).map(({ code }) => code)).toEqual(['Y010']);
});

test('have their tests beside them', async () => {
  expect(await readTestTexts(folder)).toEqual(['a.test.yaml']);
  expect(Object.keys(await readRulesAndTests(folder, { shownAs: 'rules' }))).toEqual([
    'rules/a.test.yaml',
    'rules/a.yml',
    'rules/b.yaml',
    'rules/team/c.yaml',
  ]);
});
