// Two tests of one value that exclude each other, so that what needs both is never true.
import type { Comparison, Test } from '../test.ts';
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
  /** Under a `none` or a `not`: what never holds is then always true. */
  readonly denied?: boolean | undefined;
}

/** False of what is stored: nothing was reported. */
export function reportExcluding(
  [a, b]: readonly [WrittenTest, WrittenTest],
  { what, subject, denied }: Place,
  reading: Reading,
): boolean {
  const message = `${what} is never both "${labelOf(a)}" and "${labelOf(b)}"`;
  const hint = denied === true ? hintDenied(a, b, subject) : hintExcluding(a, b, subject);
  return reading.problems.refuse('C007', b.span, message, hint);
}

function hintDenied(a: WrittenTest, b: WrittenTest, subject: string | undefined): string {
  const parts = partsOf(a, b, subject);
  const neither = parts === undefined ? 'remove one of them' : `for neither of them write none: [${parts}]`;
  return `what denies both always holds; ${hintMeant(a, b, subject) ?? neither}`;
}

function hintExcluding(a: WrittenTest, b: WrittenTest, subject: string | undefined): string {
  if (a.test.op === 'equals' && b.test.op === 'equals')
    return `for either of them write {in: [${boundOf(a)}, ${boundOf(b)}]}`;
  const meant = hintMeant(a, b, subject);
  if (meant !== undefined) return meant;
  const between = hintBetween(a, b);
  const parts = partsOf(a, b, subject);
  if (between === undefined)
    return parts === undefined ? 'remove one of them' : `for either of them write any: [${parts}]`;
  return `for what is between them write ${between}${parts === undefined ? '' : `, for what is outside any: [${parts}]`}`;
}

/** Both as conditions of their own; undefined where that cannot be written. */
function partsOf(a: WrittenTest, b: WrittenTest, subject: string | undefined): string | undefined {
  if (subject === undefined || [a, b].some(({ test }) => test.op === 'not')) return undefined;
  return `{${subject}: ${asTest(a)}}, {${subject}: ${asTest(b)}}`;
}

/** Of two bounds that are the same, where either of them would be true of everything. */
function hintMeant(a: WrittenTest, b: WrittenTest, subject: string | undefined): string | undefined {
  const bound = boundOf(a);
  if (!isBound(a.test) || !isBound(b.test) || bound !== boundOf(b)) return undefined;
  const as = (test: string): string => (subject === undefined ? test : `{${subject}: ${test}}`);
  if (isOpen(a.test) && isOpen(b.test)) return `for all but ${bound} write ${as(`{not: ${bound}}`)}`;
  const what = a.test.value.type === 'date' ? 'day' : 'number';
  return `which ${what} is meant? for ${bound} alone write ${as(bound)}`;
}

/** The bound itself does not pass. */
const isOpen = ({ op }: Test): boolean => op === 'gt' || op === 'lt';

const isBound = (test: Test): test is Extract<Test, { readonly op: Comparison }> => /^[gl]te?$/.test(test.op);

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
