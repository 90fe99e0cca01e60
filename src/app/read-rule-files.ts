// Reads the rule files of a folder and its subfolders.
import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { MOST_FILE_CHARACTERS } from '../rules/read/parse-yaml.ts';
import type { RuleFiles } from '../rules/ruleset.ts';
import { isTestFile } from '../rules/test-file/is-test-file.ts';

/** The folder cannot be read. */
export class RulesFolderError extends Error {
  override readonly name = 'RulesFolderError';
}

export interface RuleFolderOptions {
  /** Put before each name, so that a message shows a path that can be opened; default none. */
  readonly shownAs?: string;
}

/** `*.yaml` and `*.yml`, tests of rules left out. @throws RulesFolderError when there is no such folder. */
export const readRuleFiles = (folder: string, options?: RuleFolderOptions): Promise<RuleFiles> =>
  readNamed(folder, isRuleFile, options);

/** The rules and the tests beside them. @throws RulesFolderError when there is no such folder. */
export const readRulesAndTests = (folder: string, options?: RuleFolderOptions): Promise<RuleFiles> =>
  readNamed(folder, (name) => isRuleFile(name) || isTestFile(name), options);

async function readNamed(
  folder: string,
  isMeant: (name: string) => boolean,
  { shownAs = '' }: RuleFolderOptions = {},
): Promise<RuleFiles> {
  const names = await listNames(folder, isMeant);
  const texts = await Promise.all(names.map((name) => readText(join(folder, name))));
  return Object.fromEntries(
    names.map((name, index) => [join(shownAs, name).replaceAll(sep, '/'), texts[index] ?? '']),
  );
}

/** The texts of the tests beside the rules. @throws RulesFolderError when there is no such folder. */
export const readTestTexts = async (folder: string): Promise<readonly string[]> =>
  Object.values(await readNamed(folder, isTestFile));

export const isRuleFile = (name: string): boolean => /\.ya?ml$/.test(name) && !isTestFile(name);

/** Four bytes for each character that the reader of rules takes: what is larger it refuses, however much there is. */
const MOST_BYTES = 4 * MOST_FILE_CHARACTERS + 1;

async function readText(path: string): Promise<string> {
  if ((await stat(path)).size <= MOST_BYTES) return readFile(path, 'utf8');
  let text = '';
  for await (const chunk of createReadStream(path, { encoding: 'utf8', end: MOST_BYTES - 1 })) text += chunk;
  return text;
}

async function listNames(folder: string, isMeant: (name: string) => boolean): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { recursive: true });
    // Hidden files and folders are an editor's or a tool's.
    return entries
      .filter((name) => isMeant(name) && !name.split(sep).some((part) => part.startsWith('.')))
      .sort();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new RulesFolderError(code === 'ENOTDIR' ? explainFile(folder) : explainUnread(folder, code));
  }
}

/** One file alone would name metrics that stand in its neighbours. */
const explainFile = (file: string): string =>
  `${file} is a file, and rules are read by the folder, as files use each other's names: give ${dirname(file)}`;

const explainUnread = (folder: string, code: string): string =>
  `${folder}: the rules folder cannot be read (${code}); check "rules" in tidemark.yaml`;
