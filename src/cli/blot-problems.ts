// The text of a configuration file as its problems may quote it: without the secrets that were written into it.
import type { Problem } from '../model/problem.ts';

type Sources = Readonly<Record<string, string>>;

export interface BlottedSources {
  /** Of the same length, line by line, so that every mark stays under what it marks. */
  readonly sources: Sources;
  /** What was blotted out, for messages that repeat it. */
  readonly secrets: readonly string[];
}

/** Shorter ones may stand in any message, and the mark of a block is none. */
const SHORTEST = 4;

export function blotProblems(problems: readonly Problem[], sources: Sources): BlottedSources {
  const lines = new Map(Object.entries(sources).map(([file, text]) => [file, text.split('\n')]));
  const secrets: string[] = [];
  for (const { code, position } of problems) {
    const ofFile = lines.get(position.file);
    const line = ofFile?.[position.line - 1];
    if (code !== 'G005' || ofFile === undefined || line === undefined) continue;
    const from = position.column - 1;
    const to = from + position.length;
    const marked = line.slice(from, to);
    secrets.push(marked);
    ofFile[position.line - 1] = `${line.slice(0, from)}${'*'.repeat(to - from)}${line.slice(to)}`;
    if (goesOn(marked)) blotBlock(ofFile, position.line - 1);
  }
  const blotted = [...lines].map(([file, ofFile]) => [file, ofFile.join('\n')] as const);
  return {
    sources: Object.fromEntries(blotted),
    secrets: secrets.filter((text) => text.length >= SHORTEST && !text.includes('*')),
  };
}

/** A block, or quotes that are not closed on their line. */
const goesOn = (marked: string): boolean => /^[|>]/.test(marked) || /^(?:"[^"]*|'[^']*)$/.test(marked);

/** What stands on the lines below is indented deeper. */
function blotBlock(lines: string[], at: number): void {
  const indent = indentOf(lines[at] ?? '');
  for (let below = at + 1; below < lines.length; below++) {
    const line = lines[below] ?? '';
    if (line.trim() !== '' && indentOf(line) <= indent) return;
    lines[below] = line.replace(/\S/g, '*');
  }
}

const indentOf = (line: string): number => line.length - line.trimStart().length;
