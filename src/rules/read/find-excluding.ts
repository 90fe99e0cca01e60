// Two tests of one value that exclude each other, so that what needs both is never true.
import { excludeEachOther } from './exclude-each-other.ts';
import type { Reading } from './reading.ts';
import type { WrittenTest } from './written-test.ts';

/** Each is held against each; what a person wrote has a handful. */
const MOST = 100;

/** The first such pair among those that are of the same value. */
export function findExcluding<T extends WrittenTest>(
  tests: readonly T[],
  areOfOne: (a: T, b: T) => boolean,
): readonly [T, T] | undefined {
  const some = tests.slice(0, MOST);
  for (const [index, b] of some.entries())
    for (const a of some.slice(0, index))
      if (areOfOne(a, b) && excludeEachOther(a.test, b.test)) return [a, b];
  return undefined;
}

interface Place {
  readonly what: string;
  /** How it is written in a condition; undefined where only tests can stand. */
  readonly subject: string | undefined;
}

/** False of what is stored: nothing was reported. */
export function reportExcluding(
  [a, b]: readonly [WrittenTest, WrittenTest],
  { what, subject }: Place,
  reading: Reading,
): boolean {
  const message = `${what} is never both "${labelOf(a)}" and "${labelOf(b)}"`;
  return reading.problems.refuse('C007', b.span, message, hintExcluding(a, b, subject));
}

function hintExcluding(a: WrittenTest, b: WrittenTest, subject: string | undefined): string {
  if (a.test.op === 'equals' && b.test.op === 'equals')
    return `for either of them write {in: [${boundOf(a)}, ${boundOf(b)}]}`;
  const between = hintBetween(a, b);
  const either =
    subject === undefined || [a, b].some(({ test }) => test.op === 'not')
      ? undefined
      : `any: [{${subject}: ${asTest(a)}}, {${subject}: ${asTest(b)}}]`;
  if (between === undefined)
    return either === undefined ? 'remove one of them' : `for either of them write ${either}`;
  return `for what is between them write ${between}${either === undefined ? '' : `, for what is outside ${either}`}`;
}

/** A lower and an upper bound in the wrong order. */
function hintBetween(a: WrittenTest, b: WrittenTest): string | undefined {
  const [low, high] = /^g/.test(a.test.op) ? [a, b] : [b, a];
  if (!/^gte?$/.test(low.test.op) || !/^lte?$/.test(high.test.op) || boundOf(low) === boundOf(high))
    return undefined;
  return `{${low.test.op}: ${boundOf(high)}, ${high.test.op}: ${boundOf(low)}}`;
}

const boundOf = ({ text }: WrittenTest): string => text.slice(text.indexOf(' ') + 1);

const labelOf = ({ text }: WrittenTest): string => text.replace(/^equals /, '');

const asTest = (written: WrittenTest): string =>
  written.test.op === 'equals' ? boundOf(written) : `{${written.test.op}: ${boundOf(written)}}`;
