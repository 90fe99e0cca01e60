// A value with an order: a number, or a date.
import type { Literal } from '../literal.ts';
import { checkDate } from './check-date.ts';
import { hintDate, hintInstant } from './hint-date.ts';
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
  const text = written(node);
  if (date === undefined) {
    const hint = (node.kind === 'scalar' ? hintNumber(node) : undefined) ?? hintInstant(text);
    const message = `${what} can be more or less only than a number or a date`;
    reading.problems.add('C003', node.span, message, hint ?? 'write a number, or a date as YYYY-MM-DD');
  } else {
    const message = `${what} ${date.sure ? 'is' : 'is called like'} a date, and "${text}" is none`;
    reading.problems.add('C003', node.span, message, hintDate(key, text, date));
  }
  return undefined;
}
