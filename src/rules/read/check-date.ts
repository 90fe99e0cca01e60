// A date that is compared with something else. Days from it or to it are asked for elsewhere.
import type { Literal } from '../literal.ts';
import { hintDate, isOfDays } from './hint-date.ts';
import type { Reading } from './reading.ts';
import type { SourceNode } from './source.ts';
import type { Tested } from './tested.ts';
import { written } from './written-node.ts';

interface Compared {
  /** That of the test, or `equals`. */
  readonly key: string;
  readonly node: SourceNode;
  readonly value: Literal;
}

/** False after an error was reported. A text may be equal to what is only called like a date. */
export function checkDate({ key, node, value }: Compared, reading: Reading, tested: Tested): boolean {
  const { what, date } = tested;
  const text = written(node);
  if (date === undefined || (value.type !== 'number' && !(value.type === 'text' && isOfDays(text))))
    return true;
  const is = value.type === 'number' ? `${text} is a number` : `"${text}" is none`;
  const message = `${what} ${date.sure ? 'is' : 'is called like'} a date, and ${is}`;
  const hint = hintDate(key, text, date);
  if (date.sure) return !reading.problems.refuse('C003', node.span, message, hint);
  reading.problems.add('L012', node.span, message, hint);
  return true;
}
