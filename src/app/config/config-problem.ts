// Mistakes in tidemark.yaml by their stable codes, each with its place in the file.
import { isMap, isPair, isScalar, LineCounter, type Node, type Range } from 'yaml';
import type { Problem, SourcePosition } from '../../model/problem.ts';

/** Each is explained in docs/errors.md; a code is never reused. */
export const CONFIG_PROBLEM_CODES = {
  G001: 'not YAML',
  G002: 'unknown key',
  G003: 'a value of the wrong kind',
  G004: 'a variable that the environment does not have',
  G005: 'a secret written into the file',
  G006: 'an address that others could reach',
  G007: 'a sink that is not configured',
} as const;

type ConfigProblemCode = keyof typeof CONFIG_PROBLEM_CODES;

/** Offsets in UTF-16 code units; `end` is exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface Mistake {
  readonly code: ConfigProblemCode;
  readonly span: Span;
  readonly message: string;
  readonly hint?: string | undefined;
}

/** All of them as problems, in file order. */
export function toProblems(file: string, text: string, mistakes: readonly Mistake[]): readonly Problem[] {
  const lines = new LineCounter();
  for (let at = -1; ; ) {
    lines.addNewLine(at + 1);
    at = text.indexOf('\n', at + 1);
    if (at === -1) break;
  }
  return [...mistakes]
    .sort((a, b) => a.span.start - b.span.start)
    .map(({ code, span, message, hint }) => ({
      code,
      severity: 'error' as const,
      message,
      hint,
      position: positionOf(file, text, lines, span),
    }));
}

/** Marks at least one character and never more than the line that the span begins on. */
function positionOf(file: string, text: string, lines: LineCounter, { start, end }: Span): SourcePosition {
  const { line, col } = lines.linePos(Math.min(start, text.length));
  const lineEnd = text.indexOf('\n', start);
  const length = Math.max(1, Math.min(end, lineEnd === -1 ? text.length : lineEnd) - start);
  return { file, line: Math.max(1, line), column: Math.max(1, col), length };
}

export const spanOfRange = (range: Range | null | undefined): Span =>
  range ? { start: range[0], end: Math.max(range[1], range[0] + 1) } : { start: 0, end: 1 };

/** The key or index `step` of a node, and what stands there. */
export function childOf(
  node: unknown,
  step: PropertyKey,
): { readonly key: Span | undefined; readonly value: unknown } | undefined {
  if (isMap(node)) {
    const pair = node.items.find(
      (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(step),
    );
    if (pair === undefined) return undefined;
    return { key: isScalar(pair.key) ? spanOfRange(pair.key.range) : undefined, value: pair.value };
  }
  if (typeof node === 'object' && node !== null && 'items' in node && Array.isArray(node.items)) {
    const value: unknown = node.items[Number(step)];
    return value === undefined ? undefined : { key: undefined, value };
  }
  return undefined;
}

/** Where a path leads; as deep as it is there. A value that is a map is marked by its key. */
export function spanAt(root: Node | null, path: readonly PropertyKey[]): Span {
  let node: unknown = root;
  let span: Span = { start: 0, end: 1 };
  for (const step of path) {
    const child = childOf(node, step);
    if (child === undefined) return span;
    node = child.value;
    span = isScalar(node) ? spanOfRange(node.range) : (child.key ?? spanOfNode(node));
  }
  return span;
}

const spanOfNode = (node: unknown): Span =>
  typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)
    ? { start: Number(node.range[0]), end: Number(node.range[0]) + 1 }
    : { start: 0, end: 1 };
