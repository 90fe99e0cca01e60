// Bounds that a value cannot reach, or hardly: mostly a percentage where a share is measured.
import type { Most, Subject } from '../metric.ts';
import type { Test } from '../test.ts';
import { excludeEachOther } from './exclude-each-other.ts';
import { isShareOfMost } from './is-share-of-most.ts';
import type { Reading } from './reading.ts';
import { entryOf, type Span } from './source.ts';

export interface Bounded {
  /** As written. */
  readonly name: string;
  readonly subject: Subject;
  readonly test: Test;
  readonly span: Span;
}

/** False after an error was reported; warnings leave the test sound. */
export function checkBounds({ name, subject, test, span }: Bounded, reading: Reading): boolean {
  const numbers = numbersOf(test);
  const most = mostOf(subject, reading);
  if (most === undefined || !isNever(test, most.value)) {
    lintPercent({ name, subject, numbers, span }, reading);
    return true;
  }
  const isShare = reading.metricOf(subject)?.unit === 'share';
  const percent = isShare ? numbers.find(isPercent) : undefined;
  const message = isShare
    ? `"${name}" is a share, from 0 to 1: it is never more`
    : `"${name}" is never more than ${most.value}`;
  const hint = percent === undefined ? hintMost(most, subject) : hintPercent(percent);
  return !reading.problems.refuse('C008', span, message, hint);
}

function hintMost({ value, instead }: Most, subject: Subject): string {
  if (subject.kind === 'score') return `it is out of ${value}`;
  return instead === undefined ? 'lower the number' : `lower the number, or ${instead}`;
}

function mostOf(subject: Subject, reading: Reading): Most | undefined {
  if (subject.kind !== 'score') return reading.metricOf(subject)?.most;
  const outOf = outOfScore(subject.name, reading);
  return outOf === undefined ? undefined : { value: outOf };
}

/** Undefined when nobody can say; a faulty score tells its own mistake. */
function outOfScore(name: string, reading: Reading): number | undefined {
  const score = reading.definitions.scores.get(name)?.value;
  if (score?.kind !== 'map') return undefined;
  const outOf = entryOf(score, 'out_of')?.value;
  if (outOf === undefined) return 100;
  return outOf.kind === 'scalar' && typeof outOf.value === 'number' ? outOf.value : undefined;
}

export interface BoundNumbers extends Omit<Bounded, 'test'> {
  readonly numbers: readonly number[];
}

/** Warns of numbers that are sound, and probably meant in percent. */
export function lintPercent({ name, subject, numbers, span }: BoundNumbers, reading: Reading): void {
  const metric = reading.metricOf(subject);
  const percent = numbers.find(isPercent);
  if (metric === undefined || percent === undefined) return;
  const means = `${percent} means ${plain(percent * 100)} %`;
  const hint = hintPercent(percent);
  if (metric.kind === 'change' && metric.definition.as === 'relative')
    reading.problems.add('L007', span, `"${name}" is a relative change: ${means}`, hint);
  if (metric.unit === 'share')
    reading.problems.add('L011', span, `"${name}" is a share, from 0 to 1: ${means}`, hint);
  if (metric.kind === 'ratio' && isShareOfMost(metric, reading))
    reading.problems.add('L011', span, `"${name}" is a ratio: ${means}`, hint);
}

/** A relative change of 2 is 200 % more, a ratio of 2 twice as much: that happens. Who writes 25 means a quarter. */
const isPercent = (number: number): boolean => Math.abs(number) >= 5;

const hintPercent = (percent: number): string => `for ${percent} % write ${plain(percent / 100)}`;

const plain = (number: number): number => Number(number.toFixed(6));

/** Whether nothing up to `most` passes; what is missing is not out of reach. */
const isNever = (test: Test, most: number): boolean =>
  test.op !== 'exists' && excludeEachOther(test, { op: 'lte', value: { type: 'number', value: most } });

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
