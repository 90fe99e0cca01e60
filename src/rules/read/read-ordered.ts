// A value with an order: a number, or a date.
import type { Literal } from '../literal.ts';
import { checkDate, explainNoDate } from './check-date.ts';
import { hintInstant } from './hint-date.ts';
import { hintNumber } from './read-scalar.ts';
import { readTested } from './read-tested.ts';
import type { Reading } from './reading.ts';
import type { SourceNode } from './source.ts';
import type { Tested } from './tested.ts';
import { written } from './written-node.ts';

interface Ordered {
  /** Of the comparison. */
  readonly key: string;
  readonly value: SourceNode;
}

/** Undefined after a problem was reported. */
export function readOrdered(
  { key, value: node }: Ordered,
  reading: Reading,
  tested: Tested,
): Literal | undefined {
  const value = readTested(node, reading, tested, true);
  if (value === undefined || value.type === 'date') return value;
  if (value.type === 'number') return checkDate({ key, node, value }, reading, tested) ? value : undefined;
  const { what, date } = tested;
  const [message, hint] =
    date === undefined ? explainNoOrder(node, what) : explainNoDate({ key, node, value }, what, date);
  reading.problems.add('C003', node.span, message, hint);
  return undefined;
}

/** Message and hint. */
function explainNoOrder(node: SourceNode, what: string): readonly [string, string] {
  const hint = (node.kind === 'scalar' ? hintNumber(node) : undefined) ?? hintInstant(written(node));
  return [
    `${what} can be more or less only than a number or a date`,
    hint ?? 'write a number, or a date as YYYY-MM-DD',
  ];
}
