// A value that something is tested against, as its type asks for.
import type { Literal } from '../literal.ts';
import { isTruthOfOtherLanguage } from './is-truth-of-other-language.ts';
import { readLiteral } from './read-literal.ts';
import { hintNumber } from './read-scalar.ts';
import type { Reading } from './reading.ts';
import type { ScalarNode, SourceNode } from './source.ts';
import { suggestName } from './suggest-name.ts';
import type { Tested } from './tested.ts';

/** `ordered`: where only a number or a date will do. Undefined after a problem was reported. */
export function readTested(
  node: SourceNode,
  reading: Reading,
  tested: Tested,
  ordered = false,
): Literal | undefined {
  const value = readLiteral(node, reading, `the value that ${tested.what} is tested against`);
  if (value === undefined || node.kind !== 'scalar') return undefined;
  if (tested.type === 'any' && isTruthOfOtherLanguage(node, reading)) return undefined;
  if (tested.type === 'number' && value.type !== 'number') {
    reading.problems.add(
      'C003',
      node.span,
      `${tested.what} is a number, "${node.raw}" is not`,
      hintNumber(node) ?? hintSubtract(node, reading, tested),
    );
    return undefined;
  }
  if (tested.type === 'word') return readWordOf(node, reading, tested);
  if (!ordered || value.type === 'number' || value.type === 'date') tested.onType?.(value.type, node.span);
  return value;
}

/** Two metrics are compared by their difference: a ratio is missing where the second is 0. */
function hintSubtract({ raw }: ScalarNode, reading: Reading, { what }: Tested): string | undefined {
  if (!reading.definitions.metrics.has(raw) && !/^(account|score)\.\w/.test(raw)) return undefined;
  const first = what.replaceAll('"', '');
  return `to compare two, subtract: a metric {formula: "${first} - ${raw}"}, tested against 0`;
}

const MOST_TOLD = 50;

function readWordOf(node: ScalarNode, reading: Reading, tested: Tested): Literal | undefined {
  const words = tested.words ?? new Set();
  if (words.has(node.raw)) return { type: 'text', value: node.raw };
  const all = [...words];
  const told = all.length <= MOST_TOLD ? all.join(', ') : `${all[0]} to ${all.at(-1)}`;
  const hint = suggestName(node.raw, words) ?? `one of: ${told}`;
  reading.problems.add('C003', node.span, `${tested.what} is never "${node.raw}"`, hint);
  return undefined;
}
