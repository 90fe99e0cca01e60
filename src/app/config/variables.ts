// `${NAME}` in tidemark.yaml. Values are put into the finished tree, never into its text, so that no value can
// change what the file says; until then a mark of the same length holds the place.
import { type Document, isPair, isScalar, isSeq, visit } from 'yaml';
import { type Span, spanOfRange } from './config-problem.ts';

const START = '\uE000';
const END = '\uE001';

/** Braces mean a map to YAML, so that `[{key: ${NAME}}]` could not be read; the marks mean nothing to it. */
export const markVariables = (text: string): string =>
  text.replaceAll(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, `${START}_$1${END}`);

const MARKED = /\uE000_([A-Za-z_][A-Za-z0-9_]*)\uE001/g;

export interface Filled {
  /** What was filled in, for logs to blot out. */
  readonly values: readonly string[];
  /** Where a variable is not set; the place is then empty. */
  readonly missing: readonly MissingVariable[];
}

export interface MissingVariable {
  readonly name: string;
  readonly span: Span;
  /** Keys and indexes that lead there. */
  readonly path: readonly (string | number)[];
}

/** Fills in every mark. */
export function fillFromEnvironment(
  document: Document,
  environment: Readonly<Record<string, string | undefined>>,
): Filled {
  const values = new Set<string>();
  const missing: MissingVariable[] = [];
  visit(document, {
    Scalar(key, node, ancestors) {
      if (typeof node.value !== 'string' || !node.value.includes(START)) return;
      node.value = node.value.replaceAll(MARKED, (_match, name: string) => {
        const value = environment[name];
        if (value !== undefined && value !== '') {
          values.add(value);
          return value;
        }
        missing.push({ name, span: spanOfRange(node.range), path: pathOf(ancestors, key) });
        return '';
      });
    },
  });
  return { values: [...values], missing };
}

/** Maps stand in the path as their pairs, lists by the index of what comes next. */
function pathOf(ancestors: readonly unknown[], key: unknown): readonly (string | number)[] {
  const path: (string | number)[] = [];
  for (const [index, ancestor] of ancestors.entries()) {
    if (isPair(ancestor) && isScalar(ancestor.key)) path.push(String(ancestor.key.value));
    if (!isSeq(ancestor)) continue;
    const next = ancestors[index + 1];
    path.push(next === undefined ? Number(key) : ancestor.items.indexOf(next));
  }
  return path;
}
