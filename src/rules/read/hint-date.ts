// What was probably meant by something else where a date belongs: so many days, or an instant.
import { dayOf, type EpochMillis, parseDay, UTC } from '../../model/time.ts';
import { hintSigns } from './hint-text-test.ts';
import type { DateTested } from './tested.ts';

const WRITTEN = 'a date is written YYYY-MM-DD';

/** `key` is that of the test, or `equals`; `text` what the date is compared with. */
export function hintDate(key: string, text: string, date: DateTested): string {
  const test = testOfDays(key, text, date);
  if (test !== undefined) return `${date.hintDays(test)}; ${WRITTEN}`;
  return hintInstant(text) ?? hintSigns(text) ?? WRITTEN;
}

/** Such as 45, `45d`, `45 days`, `45 days ago` and `today`. */
export const isOfDays = (text: string): boolean => daysOf(text) !== undefined;

/** Undefined for what has no day written in it, and is no time in seconds or milliseconds since 1970 either. */
export function hintInstant(text: string): string | undefined {
  const day = /^(\d{4}-\d{2}-\d{2})[T ]\d/.exec(text)?.[1] ?? dayOfEpoch(text);
  try {
    return day === undefined ? undefined : `write its day: ${parseDay(day)}`;
  } catch {
    return undefined;
  }
}

function dayOfEpoch(text: string): string | undefined {
  if (!/^(\d{10}|\d{13})$/.test(text)) return undefined;
  const millis = text.length === 10 ? Number(text) * 1000 : Number(text);
  return dayOf(millis as EpochMillis, UTC);
}

interface Days {
  readonly count: number;
  /** A day so long before today, and not a number of days. */
  readonly ago: boolean;
}

function daysOf(text: string): Days | undefined {
  if (/^(today|now)$/i.test(text)) return { count: 0, ago: true };
  const [, count, ago] = /^(-?\d{1,6}(?:\.\d{1,6})?)(?:d|\s+days?(\s+ago)?)?$/.exec(text) ?? [];
  return count === undefined ? undefined : { count: Number(count), ago: ago !== undefined };
}

function testOfDays(key: string, text: string, { days }: DateTested): string | undefined {
  const found = daysOf(text);
  if (found === undefined) return undefined;
  const { count, ago } = found;
  // What is before a day thirty days ago is more than thirty days since, and less than −30 days ahead.
  const test = ago && days === 'since' ? turnedRound(key) : key;
  const value = ago && days === 'until' && count > 0 ? -count : count;
  if (test === 'equals') return String(value);
  return test === 'in' ? `{in: [${value}]}` : `{${test}: ${value}}`;
}

function turnedRound(key: string): string {
  if (key.startsWith('l')) return key.replace('l', 'g');
  return key.startsWith('g') ? key.replace('g', 'l') : key;
}
