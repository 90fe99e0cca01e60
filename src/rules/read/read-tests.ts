// The tests of one value: a bare value, or a map of tests that must all hold.
import type { Literal } from '../literal.ts';
import type { Comparison, Test, TextTest } from '../test.ts';
import { findExcluding, reportExcluding } from './find-excluding.ts';
import { hintNotation } from './hint-notation.ts';
import { hintTextTest } from './hint-text-test.ts';
import { isTruthOfOtherLanguage } from './is-truth-of-other-language.ts';
import { readLiteral } from './read-literal.ts';
import { hintNumber, readBoolean, readText } from './read-scalar.ts';
import type { Reading } from './reading.ts';
import type { ScalarNode, SourceNode, Span } from './source.ts';
import { suggestName } from './suggest-name.ts';
import { written, writtenShort } from './written-node.ts';
import type { WrittenTest } from './written-test.ts';

/** A set of words, not always written out: a grade has up to 1,300. */
export type Words = Pick<ReadonlySet<string>, 'has'> & Iterable<string>;

/** What is tested, as far as its tests depend on it. */
export interface Tested {
  readonly what: string;
  /** `word`: one of `words`. `any`: the literal decides. */
  readonly type: 'number' | 'word' | 'any';
  readonly words?: Words;
  /** The spelling of the words means something: they can be told by how they begin or end. */
  readonly spelled?: true;
  /** Under a `none` or a `not`. */
  readonly denied?: boolean;
  /** How the subject is written in a condition; undefined where only tests can stand, as in `where`. */
  readonly subject?: string;
  /** It is a date, or is called like one. */
  readonly date?: DateTested;
  /** Told the type of each literal that the value is compared with. */
  readonly onType?: (type: Literal['type'], span: Span) => void;
}

export interface DateTested {
  /** False where only its name says so. */
  readonly sure: boolean;
  /** How its days are asked for, given the test, such as `gt: 45`. */
  readonly hintDays: (test: string) => string;
}

const COMPARISONS: readonly string[] = ['gt', 'gte', 'lt', 'lte'];
const TEXT_TESTS: readonly string[] = ['contains', 'starts_with', 'ends_with'];
const TESTS = [...COMPARISONS, 'in', 'between', ...TEXT_TESTS, 'exists', 'not'];

/** Whether a test is called so. */
export const isTest = (key: string): boolean => TESTS.includes(key);

/** Undefined when a test is faulty; problems are reported. */
export function readTests(
  node: SourceNode,
  reading: Reading,
  tested: Tested,
): readonly WrittenTest[] | undefined {
  if (node.kind === 'invalid') return undefined;
  if (node.kind === 'list') {
    reading.problems.add(
      'C004',
      node.span,
      `${tested.what} is tested against a list`,
      `write {in: ${writtenShort(node)}}`,
    );
    return undefined;
  }
  if (node.kind === 'scalar') {
    if (tested.type === 'any' && isTestOfOtherLanguage(node, reading, tested)) return undefined;
    const value = readTested(node, reading, tested);
    if (value === undefined) return undefined;
    return [{ test: { op: 'equals', value }, text: `equals ${node.raw}`, span: node.span }];
  }
  if (node.entries.length === 0) {
    reading.problems.add('C002', node.span, `${tested.what} has no test`, 'such as {gte: 1}');
    return undefined;
  }
  const tests = node.entries.map((entry) => readEntry(entry, reading, tested));
  const read = tests.filter((test) => test !== undefined);
  if (read.length < tests.length || !canHold(read, reading, tested)) return undefined;
  return read;
}

/** False after a problem was reported. */
function canHold(
  tests: readonly WrittenTest[],
  reading: Reading,
  { what, subject, denied }: Tested,
): boolean {
  const found = findExcluding(tests, () => true);
  return found === undefined || !reportExcluding(found, { what, subject, denied }, reading);
}

/** Reported. In a list of `in` such a text means itself. */
function isTestOfOtherLanguage(node: ScalarNode, reading: Reading, tested: Tested): boolean {
  const hint = hintTextTest(node);
  if (hint === undefined) return false;
  const message = `${tested.what} would be compared with the text "${node.raw}"`;
  return reading.problems.refuse('C003', node.span, message, hint);
}

interface Entry {
  readonly key: string;
  readonly keySpan: Span;
  readonly value: SourceNode;
}

function readEntry(entry: Entry, reading: Reading, tested: Tested): WrittenTest | undefined {
  if (!isTest(entry.key)) {
    const hint = hintValue(entry, tested) ?? hintNotation(entry.key) ?? suggestName(entry.key, TESTS);
    reading.problems.add(
      'C002',
      entry.keySpan,
      `unknown test "${entry.key}" of ${tested.what}`,
      hint ?? `tests: ${TESTS.join(', ')}`,
    );
    return undefined;
  }
  const test = readOne(entry, reading, tested);
  if (test === undefined) return undefined;
  return { test, text: `${entry.key} ${written(entry.value)}`, span: entry.keySpan };
}

/** For what other languages call equal. */
function hintValue({ key, value }: Entry, { subject }: Tested): string | undefined {
  const isEqual = hintNotation(key) === 'write a bare value' && value.kind === 'scalar';
  return isEqual && subject !== undefined ? `write ${subject}: ${written(value)}` : undefined;
}

function readOne(entry: Entry, reading: Reading, tested: Tested): Test | undefined {
  const { key, value } = entry;
  if (key === 'exists') {
    const exists = readBoolean(value, reading, 'exists');
    return exists === undefined ? undefined : { op: 'exists', value: exists };
  }
  if (key === 'not') return readNot(value, reading, tested);
  if (key === 'in') return readIn(value, reading, tested);
  if (key === 'between') return readBetween(value, reading, tested);
  if (TEXT_TESTS.includes(key)) return readTextTest(entry, reading, tested);
  return readComparison(entry, reading, tested);
}

function readNot(node: SourceNode, reading: Reading, tested: Tested): Test | undefined {
  if (node.kind === 'list') {
    reading.problems.add(
      'C004',
      node.span,
      `${tested.what} is tested against a list`,
      `write {not: {in: ${writtenShort(node)}}}`,
    );
    return undefined;
  }
  const tests = readTests(node, reading, { ...tested, denied: tested.denied !== true });
  return tests === undefined ? undefined : { op: 'not', tests: tests.map((written) => written.test) };
}

function readIn(node: SourceNode, reading: Reading, tested: Tested): Test | undefined {
  if (node.kind !== 'list' || node.items.length === 0) {
    const hint = node.kind === 'scalar' ? `write in: [${node.raw}]` : 'such as {in: [free, trial]}';
    if (node.kind !== 'invalid')
      reading.problems.add('C002', node.span, '"in" needs a list with a value', hint);
    return undefined;
  }
  const values = node.items.map((item) => readTested(item, reading, tested));
  const read = values.filter((value) => value !== undefined);
  return read.length === values.length ? { op: 'in', values: read } : undefined;
}

function readBetween(node: SourceNode, reading: Reading, tested: Tested): Test | undefined {
  const [lowNode, highNode] = node.kind === 'list' ? node.items : [];
  if (node.kind !== 'list' || node.items.length !== 2 || lowNode === undefined || highNode === undefined) {
    if (node.kind !== 'invalid')
      reading.problems.add(
        'C002',
        node.span,
        '"between" needs two values',
        'such as {between: [1, 5]}; both ends count',
      );
    return undefined;
  }
  const low = readOrdered({ key: 'gte', value: lowNode }, reading, tested);
  const high = readOrdered({ key: 'lte', value: highNode }, reading, tested);
  if (low === undefined || high === undefined) return undefined;
  if (low.type === high.type && low.value <= high.value) return { op: 'between', low, high };
  const hint =
    low.type === high.type ? `write between: [${written(highNode)}, ${written(lowNode)}]` : undefined;
  reading.problems.add(
    'C006',
    node.span,
    '"between" needs the smaller value first, and both of one type',
    hint,
  );
  return undefined;
}

function readTextTest(entry: Entry, reading: Reading, tested: Tested): Test | undefined {
  if (tested.type !== 'any' && tested.spelled !== true) {
    const hint = tested.type === 'number' ? 'it is a number: use gt, gte, lt, lte, in or between' : undefined;
    reading.problems.add('C003', entry.keySpan, `test "${entry.key}" does not fit ${tested.what}`, hint);
    return undefined;
  }
  tested.onType?.('text', entry.keySpan);
  const value = readText(entry.value, reading, entry.key);
  return value === undefined ? undefined : { op: entry.key as TextTest, value };
}

function readComparison(entry: Entry, reading: Reading, tested: Tested): Test | undefined {
  if (tested.type === 'word') {
    reading.problems.add(
      'C003',
      entry.keySpan,
      `test "${entry.key}" does not fit ${tested.what}`,
      'use a bare value, in or not',
    );
    return undefined;
  }
  const value = readOrdered(entry, reading, tested);
  return value === undefined ? undefined : { op: entry.key as Comparison, value };
}

/** A value with an order: a number, or a date. */
function readOrdered(
  { key, value: node }: Pick<Entry, 'key' | 'value'>,
  reading: Reading,
  tested: Tested,
): Literal | undefined {
  const value = readTested(node, reading, tested, true);
  if (value === undefined || value.type === 'date') return value;
  const days =
    tested.date &&
    `${tested.date.hintDays(`${comparisonOf(key, node)}: ${daysOf(node)}`)}; a date is written YYYY-MM-DD`;
  if (value.type === 'number') return isDate(node, days, reading, tested) ? undefined : value;
  const hint = node.kind === 'scalar' ? hintNumber(node) : undefined;
  reading.problems.add(
    'C003',
    node.span,
    tested.date === undefined
      ? `${tested.what} can be more or less only than a number or a date`
      : `${tested.what} ${isA(tested.date)}, and "${written(node)}" is none`,
    days ?? hint ?? 'write a number, or a date as YYYY-MM-DD',
  );
  return undefined;
}

/** Such as 45 of `45d`. */
/** Before thirty days ago is more than thirty days. */
function comparisonOf(key: string, node: SourceNode): string {
  if (!/\bago$/.test(written(node))) return key;
  return key.startsWith('l') ? key.replace('l', 'g') : key.replace('g', 'l');
}

function daysOf(node: SourceNode): string {
  const text = written(node);
  return /^(today|now)\b/.test(text) ? '0' : (/^\d{1,9}/.exec(text)?.[0] ?? '30');
}

/** True after an error was reported: a date is not compared with a number. */
function isDate(
  node: SourceNode,
  hint: string | undefined,
  { problems }: Reading,
  { what, date }: Tested,
): boolean {
  if (date === undefined) return false;
  const number = written(node);
  const message = `${what} ${isA(date)}, and ${number} is a number`;
  if (date.sure) return problems.refuse('C003', node.span, message, hint);
  problems.add('L012', node.span, message, hint);
  return false;
}

const isA = ({ sure }: DateTested): string => (sure ? 'is a date' : 'is called like a date');

function readTested(
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
