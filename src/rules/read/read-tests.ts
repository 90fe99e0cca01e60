// The tests of one value: a bare value, or a map of tests that must all hold.
import type { Literal } from '../literal.ts';
import type { Comparison, Test, TextTest } from '../test.ts';
import { checkDate } from './check-date.ts';
import { findExcluding, reportExcluding } from './find-excluding.ts';
import { hintNotation } from './hint-notation.ts';
import { hintTextTest } from './hint-text-test.ts';
import { readOrdered } from './read-ordered.ts';
import { readBoolean, readText } from './read-scalar.ts';
import { readTested } from './read-tested.ts';
import type { Reading } from './reading.ts';
import type { ScalarNode, SourceNode, Span } from './source.ts';
import { suggestName } from './suggest-name.ts';
import type { Tested } from './tested.ts';
import { written, writtenShort } from './written-node.ts';
import type { WrittenTest } from './written-test.ts';

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
    const value = readEqual({ key: 'equals', value: node }, reading, tested);
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

function readEqual(
  { key, value: node }: Pick<Entry, 'key' | 'value'>,
  reading: Reading,
  tested: Tested,
): Literal | undefined {
  const value = readTested(node, reading, tested);
  return value !== undefined && checkDate({ key, node, value }, reading, tested) ? value : undefined;
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
  return tests === undefined ? undefined : { op: 'not', tests: tests.map(({ test }) => test) };
}

function readIn(node: SourceNode, reading: Reading, tested: Tested): Test | undefined {
  if (node.kind !== 'list' || node.items.length === 0) {
    const hint = node.kind === 'scalar' ? `write in: [${node.raw}]` : 'such as {in: [free, trial]}';
    if (node.kind !== 'invalid')
      reading.problems.add('C002', node.span, '"in" needs a list with a value', hint);
    return undefined;
  }
  const values = node.items.map((value) => readEqual({ key: 'in', value }, reading, tested));
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
