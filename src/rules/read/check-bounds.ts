// Bounds that a value cannot reach, or hardly: mostly a percentage where a share is measured.
import type { Metric, Subject } from '../metric.ts';
import type { Test } from '../test.ts';
import { isShareOfMost } from './is-share-of-most.ts';
import type { Reading } from './reading.ts';
import type { Span } from './source.ts';

export interface Bounded {
  /** As written. */
  readonly name: string;
  readonly subject: Subject;
  readonly test: Test;
  readonly span: Span;
}

/** False after an error was reported; warnings leave the test sound. */
export function checkBounds({ name, subject, test, span }: Bounded, reading: Reading): boolean {
  const metric = reading.metricOf(subject);
  const most = subject.kind === 'score' ? mostOfScore(subject.name, reading) : metric?.most;
  if (most !== undefined && isNever(test, most)) {
    const hint = subject.kind === 'score' ? `it is out of ${most}` : 'lower the number, or count over more';
    return !reading.problems.refuse('C008', span, `"${name}" is never more than ${most}`, hint);
  }
  return checkShares({ name, subject, numbers: numbersOf(test), span }, reading);
}

/** Undefined when nobody can say; a faulty score tells its own mistake. */
function mostOfScore(name: string, reading: Reading): number | undefined {
  const score = reading.definitions.scores.get(name)?.value;
  if (score?.kind !== 'map') return undefined;
  const outOf = score.entries.find(({ key }) => key === 'out_of')?.value;
  if (outOf === undefined) return 100;
  return outOf.kind === 'scalar' && typeof outOf.value === 'number' ? outOf.value : undefined;
}

export interface BoundNumbers extends Omit<Bounded, 'test'> {
  readonly numbers: readonly number[];
}

/** As `checkBounds`, of numbers that the subject is measured by. */
export function checkShares({ name, subject, numbers, span }: BoundNumbers, reading: Reading): boolean {
  const metric = reading.metricOf(subject);
  const beyond = numbers.find((number) => Math.abs(number) > 1);
  if (metric?.share === true && beyond !== undefined) {
    const message = `"${name}" is a share, from 0 to 1: it is never ${beyond}`;
    return !reading.problems.refuse('C008', span, message, hintPercent(beyond));
  }
  const large = numbers.find((number) => Math.abs(number) >= LARGE);
  if (metric !== undefined && large !== undefined) lintLarge({ name, metric, large, span }, reading);
  return true;
}

/** A relative change of 2 is 200 % more, a ratio of 2 twice as much: that happens. Who writes 25 means a quarter. */
const LARGE = 5;

interface Large {
  readonly name: string;
  readonly metric: Metric;
  readonly large: number;
  readonly span: Span;
}

function lintLarge({ name, metric, large, span }: Large, reading: Reading): void {
  const means = `${large} means ${plain(large * 100)} %`;
  if (metric.kind === 'change' && metric.definition.as === 'relative')
    reading.problems.add('L007', span, `"${name}" is a relative change: ${means}`, hintPercent(large));
  if (metric.kind === 'ratio' && isShareOfMost(metric, reading))
    reading.problems.add('L011', span, `"${name}" is a ratio: ${means}`, hintPercent(large));
}

const hintPercent = (percent: number): string => `for ${percent} % write ${plain(percent / 100)}`;

const plain = (number: number): number => Number(number.toFixed(6));

/** Whether nothing up to `most` passes. */
function isNever(test: Test, most: number): boolean {
  switch (test.op) {
    case 'equals':
    case 'gte':
      return Number(test.value.value) > most;
    case 'gt':
      return Number(test.value.value) >= most;
    case 'in':
      return test.values.every((literal) => Number(literal.value) > most);
    case 'between':
      return Number(test.low.value) > most;
    default:
      return false;
  }
}

function numbersOf(test: Test): readonly number[] {
  switch (test.op) {
    case 'in':
      return test.values.flatMap(numberOf);
    case 'between':
      return [test.low, test.high].flatMap(numberOf);
    case 'not':
      return test.tests.flatMap(numbersOf);
    case 'equals':
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return numberOf(test.value);
    default:
      return [];
  }
}

const numberOf = ({ value }: { readonly value: unknown }): readonly number[] =>
  typeof value === 'number' ? [value] : [];
