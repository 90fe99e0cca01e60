// Strict ISO 8601, by hand: Date.parse also takes "Tuesday 5" and is slower. Reads text, knows no clock.
import type { EpochMillis } from '../model/time.ts';

const DATE_LENGTH = 10;

/**
 * Reads `2026-03-01`, `2026-03-01T09:30Z`, `2026-03-01 09:30:00.120+01:00` and the like as UTC; a time without an
 * offset is taken as UTC, digits beyond the millisecond are cut off. Undefined when it is not such a text, or
 * names no real day or time.
 */
export function parseTimestamp(text: string): EpochMillis | undefined {
  const year = digits(text, 0, 4);
  const month = digits(text, 5, 2);
  const day = digits(text, 8, 2);
  if (text[4] !== '-' || text[7] !== '-' || !isRealDay(year, month, day)) return undefined;
  const midnight = Date.UTC(year, month - 1, day);
  if (text.length === DATE_LENGTH) return midnight as EpochMillis;
  const timeOfDay = parseTimeOfDay(text);
  return timeOfDay === undefined ? undefined : ((midnight + timeOfDay) as EpochMillis);
}

/** Milliseconds from midnight UTC of the written date: may be negative or more than a day through the offset. */
function parseTimeOfDay(text: string): number | undefined {
  const separator = text[DATE_LENGTH];
  if (separator !== 'T' && separator !== ' ' && separator !== 't') return undefined;
  const hour = digits(text, 11, 2);
  const minute = digits(text, 14, 2);
  if (text[13] !== ':' || !(hour < 24) || !(minute < 60)) return undefined;
  let at = 16;
  let seconds = 0;
  let millis = 0;
  if (text[at] === ':') {
    seconds = digits(text, 17, 2);
    if (!(seconds < 60)) return undefined;
    at = 19;
    if (text[at] === '.' || text[at] === ',') {
      const end = skipDigits(text, at + 1);
      if (end === at + 1) return undefined;
      millis = Number(text.slice(at + 1, Math.min(end, at + 4)).padEnd(3, '0'));
      at = end;
    }
  }
  const offset = parseOffset(text, at);
  return offset === undefined ? undefined : ((hour * 60 + minute - offset) * 60 + seconds) * 1000 + millis;
}

/** Minutes east of UTC: nothing, `Z`, `+01:00`, `+0100` or `+01`. */
function parseOffset(text: string, at: number): number | undefined {
  const rest = text.length - at;
  if (rest === 0) return 0;
  const sign = text[at];
  if (sign === 'Z' || sign === 'z') return rest === 1 ? 0 : undefined;
  if (sign !== '+' && sign !== '-') return undefined;
  const colon = text[at + 3] === ':' ? 1 : 0;
  if (rest !== 3 && rest !== 5 + colon) return undefined;
  const hours = digits(text, at + 1, 2);
  const minutes = rest === 3 ? 0 : digits(text, at + 3 + colon, 2);
  if (!(hours < 24) || !(minutes < 60)) return undefined;
  return (sign === '-' ? -1 : 1) * (hours * 60 + minutes);
}

function isRealDay(year: number, month: number, day: number): boolean {
  // Date.UTC takes years below 100 for the twentieth century.
  if (!(year >= 1000) || !(month >= 1 && month <= 12) || !(day >= 1)) return false;
  return day <= 28 || day <= new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate();
}

/** NaN when there is anything but a digit, so that every comparison with it fails. */
function digits(text: string, start: number, count: number): number {
  let number = 0;
  for (let index = start; index < start + count; index++) {
    const digit = text.charCodeAt(index) - 48;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    number = number * 10 + digit;
  }
  return number;
}

function skipDigits(text: string, start: number): number {
  let index = start;
  while (text.charCodeAt(index) >= 48 && text.charCodeAt(index) <= 57) index++;
  return index;
}
