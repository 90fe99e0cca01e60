// A rule file as a tree that knows where each part stands. What YAML got wrong is `invalid` and already reported.
import type { SourcePosition } from '../../model/problem.ts';

export interface SourceFile {
  readonly name: string;
  readonly text: string;
  /** Offset of the first character of each line. */
  readonly lineStarts: readonly number[];
}

/** Offsets in UTF-16 code units; `end` is exclusive. */
export interface Span {
  readonly file: SourceFile;
  readonly start: number;
  readonly end: number;
}

export interface ScalarNode {
  readonly kind: 'scalar';
  readonly span: Span;
  readonly value: string | number | boolean;
  /** As written, without quotes. */
  readonly raw: string;
  readonly quoted: boolean;
}

interface ListNode {
  readonly kind: 'list';
  readonly span: Span;
  readonly items: readonly SourceNode[];
}

export interface MapEntry {
  readonly key: string;
  readonly keySpan: Span;
  readonly value: SourceNode;
}

export interface MapNode {
  readonly kind: 'map';
  readonly span: Span;
  readonly entries: readonly MapEntry[];
}

interface InvalidNode {
  readonly kind: 'invalid';
  readonly span: Span;
}

export type SourceNode = ScalarNode | ListNode | MapNode | InvalidNode;

/** Undefined where nothing stands, what stands is no map, or the map has no such key. */
export const entryOf = (node: SourceNode | undefined, key: string): MapEntry | undefined =>
  node?.kind === 'map' ? node.entries.find((entry) => entry.key === key) : undefined;

export function openSource(name: string, text: string): SourceFile {
  const lineStarts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lineStarts.push(at + 1);
  return { name, text, lineStarts };
}

/** The text of a line, from 1, without its line break. */
export function lineText(file: SourceFile, line: number): string {
  const start = file.lineStarts[line - 1] ?? file.text.length;
  const end = file.lineStarts[line] ?? file.text.length;
  const text = file.text.slice(start, end);
  if (!text.endsWith('\n')) return text;
  return text.slice(0, text.endsWith('\r\n') ? -2 : -1);
}

/** Marks at least one character and never more than the line that the span begins on. */
export function positionOf(span: Span): SourcePosition {
  const { lineStarts, text } = span.file;
  const start = Math.min(span.start, text.length);
  let low = 0;
  let high = lineStarts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((lineStarts[middle] ?? 0) <= start) low = middle;
    else high = middle - 1;
  }
  const lineStart = lineStarts[low] ?? 0;
  const lineEnd = lineStart + lineText(span.file, low + 1).length;
  const length = Math.max(1, Math.min(span.end, lineEnd) - start);
  return { file: span.file.name, line: low + 1, column: start - lineStart + 1, length };
}
