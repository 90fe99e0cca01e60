// A value with its type. What looks like YYYY-MM-DD is a date, quoted or not; it must be a real day.
import { parseDay } from '../../model/time.ts';
import type { Literal } from '../literal.ts';
import { readScalar } from './read-scalar.ts';
import type { Reading } from './reading.ts';
import type { SourceNode } from './source.ts';

export function readLiteral(node: SourceNode, reading: Reading, what: string): Literal | undefined {
  const scalar = readScalar(node, reading, what);
  if (scalar === undefined) return undefined;
  const { value } = scalar;
  if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)) {
    reading.problems.add(
      'V004',
      node.span,
      `${scalar.raw} has more digits than a number keeps`,
      `as a text: "${scalar.raw}"`,
    );
    return undefined;
  }
  if (typeof value === 'number') return { type: 'number', value };
  if (typeof value === 'boolean') return { type: 'boolean', value };
  if (!/^\d{4}-\d{2}-\d{2}$/.test(value)) return { type: 'text', value };
  try {
    return { type: 'date', value: parseDay(value) };
  } catch {
    reading.problems.add('V005', node.span, `"${value}" is not a day of the calendar`);
    return undefined;
  }
}
