// The rule library as its files say it: each rule, score and grade with the comment above it, source and all.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Document, isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import { readRuleset } from '../../../src/rules/read-ruleset.ts';
import type { Ruleset } from '../../../src/rules/ruleset.ts';

export interface LibraryEntry {
  readonly section: 'rules' | 'scores' | 'grades';
  readonly file: string;
  readonly name: string;
  /** Of a rule. */
  readonly kind: string | undefined;
  readonly stage: string | undefined;
  /** What the comment says first, up to `Source:`. */
  readonly line: string;
  readonly source: string | undefined;
  readonly calibrate: string | undefined;
}

const SECTIONS = ['rules', 'scores', 'grades'] as const;

export const libraryFolder = fileURLToPath(new URL('../../../rules', import.meta.url));

/** Files by name; tests of rules among them. */
export function readLibraryFiles(folder: string): Readonly<Record<string, string>> {
  const names = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  return Object.fromEntries(names.sort().map((name) => [name, readFileSync(`${folder}/${name}`, 'utf8')]));
}

/** @throws when the rules have errors. */
export function readLibraryRuleset(files: Readonly<Record<string, string>>): Ruleset {
  const { ruleset } = readRuleset(files, {});
  if (ruleset === undefined) throw new Error('the shipped rules have errors: tidemark rules check rules/');
  return ruleset;
}

export function readLibrary(files: Readonly<Record<string, string>>): readonly LibraryEntry[] {
  return Object.entries(files)
    .filter(([name]) => !name.endsWith('.test.yaml'))
    .flatMap(([file, text]) => readEntries(file, text));
}

function readEntries(file: string, text: string): readonly LibraryEntry[] {
  const lineCounter = new LineCounter();
  const document: Document = parseDocument(text, { lineCounter });
  const lines = text.split('\n');
  return SECTIONS.flatMap((section) => {
    const map = document.get(section);
    if (!isMap(map)) return [];
    return map.items.flatMap(({ key, value }) => {
      if (!isScalar(key) || key.range == null) return [];
      const comment = commentAbove(lines, lineCounter.linePos(key.range[0]).line);
      const field = (name: string) => (isMap(value) ? (value.get(name) as string | undefined) : undefined);
      return [
        {
          section,
          file,
          name: String(key.value),
          kind: section === 'rules' ? field('kind') : undefined,
          stage: field('stage'),
          ...comment,
        },
      ];
    });
  });
}

/** The block of comment lines that ends above a line (from 1). */
function commentAbove(
  lines: readonly string[],
  line: number,
): Pick<LibraryEntry, 'line' | 'source' | 'calibrate'> {
  const block: string[] = [];
  for (let index = line - 2; /^\s*# /.test(lines[index] ?? ''); index -= 1)
    block.unshift((lines[index] ?? '').replace(/^\s*# /, ''));
  const of = (mark: string) => block.find((text) => text.startsWith(mark))?.slice(mark.length);
  const said = block.filter((text) => !/^(Source|calibrate): /.test(text));
  return { line: said.join(' '), source: of('Source: '), calibrate: of('calibrate: ') };
}
