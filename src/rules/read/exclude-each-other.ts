// Whether no value passes two tests at once. Silent where that cannot be seen from the tests alone.
import type { Literal } from '../literal.ts';
import type { Test } from '../test.ts';

/** Ordered values that pass a test; an open end does not count itself. */
interface Interval {
  readonly type: 'number' | 'date';
  readonly low: number;
  readonly lowOpen: boolean;
  readonly high: number;
  readonly highOpen: boolean;
}

export function excludeEachOther(a: Test, b: Test): boolean {
  if (a.op === 'exists') return b.op === 'exists' ? a.value !== b.value : !a.value;
  if (b.op === 'exists') return !b.value;
  const [ofA, ofB] = [valuesOf(a), valuesOf(b)];
  if (ofA !== undefined) return ofA.every((value) => !mayPass(b, value));
  if (ofB !== undefined) return ofB.every((value) => !mayPass(a, value));
  const [one, two] = [intervalOf(a), intervalOf(b)];
  if (one === undefined || two === undefined || one.type !== two.type) return false;
  return endsBefore(one, two) || endsBefore(two, one);
}

const endsBefore = (a: Interval, b: Interval): boolean =>
  a.high < b.low || (a.high === b.low && (a.highOpen || b.lowOpen));

/** The only values that pass; undefined when there are others. */
function valuesOf(test: Test): readonly Literal[] | undefined {
  if (test.op === 'equals') return [test.value];
  return test.op === 'in' ? test.values : undefined;
}

/** False only when the value certainly does not pass: of another type it might, such as the text "5". */
function mayPass(test: Test, value: Literal): boolean {
  const values = valuesOf(test);
  if (values !== undefined)
    return values.some((other) => other.type !== value.type || other.value === value.value);
  if (test.op === 'not') return !test.tests.every((inner) => mustPass(inner, value));
  const interval = intervalOf(test);
  if (interval === undefined || interval.type !== value.type) return true;
  const at = point(value);
  return at === undefined || (!endsBefore(interval, at) && !endsBefore(at, interval));
}

/** True only when it certainly passes. */
const mustPass = (test: Test, value: Literal): boolean =>
  valuesOf(test)?.some((other) => other.type === value.type && other.value === value.value) ?? false;

/** Undefined for a test of something else than order. */
export function intervalOf(test: Test): Interval | undefined {
  switch (test.op) {
    case 'between': {
      const [low, high] = [point(test.low), point(test.high)];
      return low && high && { ...low, high: high.high };
    }
    case 'equals':
      return point(test.value);
    case 'gt':
    case 'gte': {
      const from = point(test.value);
      return from && { ...from, lowOpen: test.op === 'gt', high: Infinity };
    }
    case 'lt':
    case 'lte': {
      const to = point(test.value);
      return to && { ...to, low: -Infinity, highOpen: test.op === 'lt' };
    }
    default:
      return undefined;
  }
}

/** Undefined for what has no order. */
function point({ type, value }: Literal): Interval | undefined {
  if (type !== 'number' && type !== 'date') return undefined;
  // Days as numbers in their order, not as days apart.
  const place = typeof value === 'number' ? value : Number(String(value).replaceAll('-', ''));
  return { type, low: place, high: place, lowOpen: false, highOpen: false };
}
