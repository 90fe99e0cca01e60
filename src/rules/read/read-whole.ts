// A whole number within bounds.
import { type NumberRange, readNumber } from './read-scalar.ts';
import type { Reading } from './reading.ts';
import type { SourceNode } from './source.ts';

export function readWhole(node: SourceNode, reading: Reading, range: NumberRange): number | undefined {
  const value = readNumber(node, reading, range);
  if (value === undefined || Number.isInteger(value)) return value;
  reading.problems.add('V004', node.span, `${range.what} cannot be ${value}`, 'a whole number');
  return undefined;
}
