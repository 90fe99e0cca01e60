// Days as whole numbers since 1970-01-01, in the project's time zone, with the instants at which they end.
import {
  addDays,
  type Day,
  dayNumber,
  dayOf,
  type EpochMillis,
  endOfDay,
  parseDay,
  type TimeZone,
} from '../../src/model/time.ts';

const EPOCH = '1970-01-01' as Day;

export interface Calendar {
  readonly zone: TimeZone;
  /** The local day of an instant in milliseconds. */
  dayOf(at: number): number;
  /** The last millisecond of a day: T of its close. */
  endOf(day: number): number;
}

/** Remembers what it was asked: time zones are slow. */
export function startCalendar(zone: TimeZone): Calendar {
  const days = new Map<number, number>();
  const ends = new Map<number, number>();
  return {
    zone,
    dayOf: (at) => recall(days, at, () => dayNumber(dayOf(at as EpochMillis, zone))),
    endOf: (day) => recall(ends, day, () => endOfDay(dayText(day), zone) - 1),
  };
}

export const dayText = (day: number): Day => addDays(EPOCH, day);

function recall(known: Map<number, number>, key: number, make: () => number): number {
  const value = known.get(key) ?? make();
  known.set(key, value);
  return value;
}

/** Monday-first weeks, numbered. */
export const weekOf = (day: number): number => Math.floor((day + 3) / 7);

/** Year times twelve plus month from 0. */
export function monthOf(day: number): number {
  const date = new Date(day * 86_400_000);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

export const firstDayOfWeek = (week: number): number => week * 7 - 3;

export const firstDayOfMonth = (month: number): number =>
  Date.UTC(Math.floor(month / 12), month % 12, 1) / 86_400_000;

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const INSTANT =
  /^(\d{4}-\d{2}-\d{2})[T ]([01]\d|2[0-3]):([0-5]\d)(?::(\d{2})(?:\.(\d{1,3})\d*)?)?(Z|[+-]\d{2}:?\d{2})?$/;

/** A text `YYYY-MM-DD` is that day, an instant is its local day; null for anything else. */
export function textToDay(text: string, calendar: Calendar): number | null {
  if (DATE.test(text)) return isDay(text) ? dayNumber(text as Day) : null;
  const match = INSTANT.exec(text);
  if (match === null || !isDay(match[1] ?? '')) return null;
  const [, date = '', hour, minute, second = '00', fraction = '', zone = 'Z'] = match;
  const offset = zone === 'Z' ? 'Z' : `${zone.slice(0, 3)}:${zone.slice(-2)}`;
  const at = Date.parse(`${date}T${hour}:${minute}:${second}.${fraction.padEnd(3, '0')}${offset}`);
  return Number.isNaN(at) ? null : calendar.dayOf(at);
}

export function isDay(text: string): boolean {
  try {
    parseDay(text);
    return true;
  } catch {
    return false;
  }
}
