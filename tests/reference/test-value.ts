// Tests of one value, §4: a bare value, or a map of tests that must all hold. Unknown over a missing value.
import { type Calendar, isDay, textToDay } from './calendar.ts';
import type { Outcome, Value } from './look.ts';
import { asList, asText, isMap, type Plain } from './plain.ts';
import { allOf, anyOf, noneOf } from './three-valued.ts';

export interface Tester {
  readonly calendar: Calendar;
  doubt(): void;
}

/** @param tests a bare value, or the map of tests. */
export function testValue(value: Value, tests: Plain, tester: Tester): Outcome {
  if (!isMap(tests)) return compare(value, 'equals', tests, tester);
  return allOf(Object.entries(tests).map(([op, operand]) => one(value, op, operand, tester)));
}

function one(value: Value, op: string, operand: Plain, tester: Tester): Outcome {
  switch (op) {
    case 'exists':
      return (value.value !== null) === operand;
    case 'not':
      return noneOf([testValue(value, operand, tester)]);
    case 'in':
      return anyOf(asList(operand).map((item) => compare(value, 'equals', item, tester)));
    case 'between': {
      const [low = null, high = null] = asList(operand);
      return allOf([compare(value, 'gte', low, tester), compare(value, 'lte', high, tester)]);
    }
    case 'contains':
      return onText(value, (text) => text.includes(asText(operand)));
    case 'starts_with':
      return onText(value, (text) => text.startsWith(asText(operand)));
    case 'ends_with':
      return onText(value, (text) => text.endsWith(asText(operand)));
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return compare(value, op, operand, tester);
    default:
      throw new Error(`unknown test ${op}`);
  }
}

const onText = ({ value }: Value, test: (text: string) => boolean): Outcome =>
  value === null ? null : test(String(value));

type Comparison = 'equals' | 'gt' | 'gte' | 'lt' | 'lte';

/** What it is compared with decides how a text is read: as a number, a day, a boolean, or as it stands. */
function compare(value: Value, op: Comparison, operand: Plain, tester: Tester): Outcome {
  if (value.value === null) return null;
  if (typeof operand === 'number') {
    const number = value.kind === 'number' ? value.value : textToNumber(value.value);
    const slack = value.kind === 'number' ? value.slack : 0;
    if (number !== null && slack > 0 && Math.abs(number - operand) <= slack) tester.doubt();
    return ordered(number, op, operand);
  }
  const text = String(value.value);
  if (typeof operand === 'boolean')
    return text === 'true' || text === 'false' ? (text === 'true') === operand : null;
  const written = asText(operand);
  if (isDay(written))
    return ordered(textToDay(text, tester.calendar), op, textToDay(written, tester.calendar));
  return text === written;
}

function ordered(value: number | null, op: Comparison, bound: number | null): Outcome {
  if (value === null || bound === null) return null;
  switch (op) {
    case 'equals':
      return value === bound;
    case 'gt':
      return value > bound;
    case 'gte':
      return value >= bound;
    case 'lt':
      return value < bound;
    case 'lte':
      return value <= bound;
  }
}

/** Null for what is no finite number. */
export function textToNumber(text: string): number | null {
  if (!/^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/.test(text)) return null;
  const number = Number(text);
  return Number.isFinite(number) ? number : null;
}
