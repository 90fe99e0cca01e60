// A date that is compared with something else. Days from it or to it are asked for elsewhere.
import type { Literal } from '../literal.ts';
import { hintDate, isOfDays } from './hint-date.ts';
import type { Reading } from './reading.ts';
import type { SourceNode } from './source.ts';
import type { DateTested, Tested } from './tested.ts';
import { written } from './written-node.ts';

interface Compared {
  /** That of the test, or `equals`. */
  readonly key: string;
  readonly node: SourceNode;
  readonly value: Literal;
}

/** False after an error was reported. A text may be equal to what is only called like a date. */
export function checkDate({ key, node, value }: Compared, reading: Reading, tested: Tested): boolean {
  const { date } = tested;
  if (date === undefined || (value.type !== 'number' && !(value.type === 'text' && isOfDays(written(node)))))
    return true;
  const [message, hint] = explainNoDate({ key, node, value }, tested.what, date);
  if (date.sure) return !reading.problems.refuse('C003', node.span, message, hint);
  reading.problems.add('L012', node.span, message, hint);
  return true;
}

/** Message and hint. `what` is tested, as it is called in messages. */
export function explainNoDate(
  { key, node, value }: Compared,
  what: string,
  date: DateTested,
): readonly [string, string] {
  const text = written(node);
  const is = value.type === 'number' ? `${text} is a number` : `"${text}" is none`;
  const message = `${what} ${date.sure ? 'is' : 'is called like'} a date, and ${is}`;
  return [message, hintDate(key, text, date)];
}
