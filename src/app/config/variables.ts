// `${NAME}` in tidemark.yaml. Values are put into the finished tree, never into its text, so that no value can
// change what the file says; until then a mark of the same length holds the place.
import { type Document, isScalar, visit } from 'yaml';
import { type Mistake, spanOfRange } from './config-problem.ts';

const START = '\uE000';
const END = '\uE001';

/** Braces mean a map to YAML, so that `[{key: ${NAME}}]` could not be read; the marks mean nothing to it. */
export const markVariables = (text: string): string =>
  text.replaceAll(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, `${START}_$1${END}`);

const MARKED = /\uE000_([A-Za-z_][A-Za-z0-9_]*)\uE001/g;

/**
 * Fills in every mark and tells of variables that are not set.
 * @returns the values that were filled in, for logs to blot out.
 */
export function fillFromEnvironment(
  document: Document,
  environment: Readonly<Record<string, string | undefined>>,
  mistakes: Mistake[],
): readonly string[] {
  const values = new Set<string>();
  visit(document, {
    Scalar(_, node) {
      if (!isScalar(node) || typeof node.value !== 'string' || !node.value.includes(START)) return;
      node.value = node.value.replaceAll(MARKED, (_match, name: string) => {
        const value = environment[name];
        if (value === undefined || value === '') {
          mistakes.push({
            code: 'G004',
            span: spanOfRange(node.range),
            message: `the environment has no variable ${name}`,
            hint: `set it where Tidemark is started: export ${name}=…`,
          });
          return '';
        }
        values.add(value);
        return value;
      });
    },
  });
  return [...values];
}
