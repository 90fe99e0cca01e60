// Whether a value of the evaluator is what a test file expects, by the meaning that tests have in rules.
import type { Outcome } from '../../model/signal.ts';
import { type Day, dayOf, type EpochMillis, parseDay, type TimeZone } from '../../model/time.ts';
import type { Literal } from '../../rules/literal.ts';
import type { Comparison, Test } from '../../rules/test.ts';

export type TestedValue = number | string | null;

/** All must hold. A missing value is unknown, except for `exists`. */
export function holdsTests(value: TestedValue, tests: readonly Test[], zone: TimeZone): boolean {
  return all(value, tests, zone) === 'true';
}

function all(value: TestedValue, tests: readonly Test[], zone: TimeZone): Outcome {
  const outcomes = tests.map((test) => outcomeOf(value, test, zone));
  if (outcomes.includes('false')) return 'false';
  return outcomes.includes('unknown') ? 'unknown' : 'true';
}

function outcomeOf(value: TestedValue, test: Test, zone: TimeZone): Outcome {
  if (test.op === 'exists') return from((value !== null) === test.value);
  if (value === null) return 'unknown';
  switch (test.op) {
    case 'equals':
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return compare(value, test.op, test.value, zone);
    case 'between':
      return both(compare(value, 'gte', test.low, zone), compare(value, 'lte', test.high, zone));
    case 'in':
      return either(test.values.map((literal) => compare(value, 'equals', literal, zone)));
    case 'contains':
      return from(String(value).includes(test.value));
    case 'starts_with':
      return from(String(value).startsWith(test.value));
    case 'ends_with':
      return from(String(value).endsWith(test.value));
    case 'not':
      return opposite(all(value, test.tests, zone));
  }
}

const from = (holds: boolean): Outcome => (holds ? 'true' : 'false');
const opposite = (outcome: Outcome): Outcome =>
  outcome === 'unknown' ? 'unknown' : from(outcome === 'false');
const both = (a: Outcome, b: Outcome): Outcome =>
  a === 'false' || b === 'false' ? 'false' : a === 'true' && b === 'true' ? 'true' : 'unknown';
const either = (outcomes: readonly Outcome[]): Outcome =>
  outcomes.includes('true') ? 'true' : outcomes.includes('unknown') ? 'unknown' : 'false';

function compare(value: number | string, op: Comparison | 'equals', literal: Literal, zone: TimeZone) {
  const read = readAs(value, literal.type, zone);
  if (read === undefined) return 'unknown';
  const wanted = literal.value;
  if (op === 'equals')
    return from(
      typeof read === 'number' && typeof wanted === 'number' ? isNear(read, wanted) : read === wanted,
    );
  const ordered = typeof read === 'number' ? read - Number(wanted) : read < String(wanted) ? -1 : 1;
  const apart = read === wanted ? 0 : ordered;
  return from({ gt: apart > 0, gte: apart >= 0, lt: apart < 0, lte: apart <= 0 }[op]);
}

/** A share is written with a few decimals, and computed with sixteen. */
const isNear = (a: number, b: number): boolean =>
  Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b));

function readAs(
  value: number | string,
  type: Literal['type'],
  zone: TimeZone,
): number | string | boolean | undefined {
  switch (type) {
    case 'text':
      return String(value);
    case 'number': {
      const number = typeof value === 'number' ? value : value.trim() === '' ? Number.NaN : Number(value);
      return Number.isFinite(number) ? number : undefined;
    }
    case 'boolean':
      return value === 'true' ? true : value === 'false' ? false : undefined;
    case 'date':
      return dayFromText(String(value), zone);
  }
}

function dayFromText(text: string, zone: TimeZone): Day | undefined {
  try {
    return parseDay(text);
  } catch {
    const instant = Date.parse(text);
    return Number.isNaN(instant) ? undefined : dayOf(instant as EpochMillis, zone);
  }
}
