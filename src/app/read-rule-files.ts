// Reads the rule files of a folder and its subfolders.
import { readdir, readFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { RuleFiles } from '../rules/ruleset.ts';

/** The folder cannot be read. */
export class RulesFolderError extends Error {
  override readonly name = 'RulesFolderError';
}

export interface RuleFolderOptions {
  /** Put before each name, so that a message shows a path that can be opened; default none. */
  readonly shownAs?: string;
}

/** `*.yaml` and `*.yml`, tests of rules left out. @throws RulesFolderError when there is no such folder. */
export async function readRuleFiles(
  folder: string,
  { shownAs = '' }: RuleFolderOptions = {},
): Promise<RuleFiles> {
  const names = await listNames(folder);
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  return Object.fromEntries(
    names.map((name, index) => [join(shownAs, name).replaceAll(sep, '/'), texts[index] ?? '']),
  );
}

export const isRuleFile = (name: string): boolean => /\.ya?ml$/.test(name) && !/\.test\.ya?ml$/.test(name);

async function listNames(folder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { recursive: true });
    // Hidden files and folders are an editor's or a tool's.
    return entries
      .filter((name) => isRuleFile(name) && !name.split(sep).some((part) => part.startsWith('.')))
      .sort();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new RulesFolderError(
      `${folder}: the rules folder cannot be read (${code}); check "rules" in tidemark.yaml`,
    );
  }
}
