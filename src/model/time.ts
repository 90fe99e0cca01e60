// Instants and days. Instants are UTC; a day is a calendar day of a named time zone and carries none itself.
import { Temporal } from 'temporal-polyfill';
import type { Branded } from './ids.ts';

/** Milliseconds since 1970-01-01T00:00:00Z. */
export type EpochMillis = Branded<number, 'EpochMillis'>;
/** Microseconds since 1970-01-01T00:00:00Z; a safe integer until the year 2255. */
export type EpochMicros = Branded<number, 'EpochMicros'>;
/** A calendar day, `YYYY-MM-DD`. */
export type Day = Branded<string, 'Day'>;
/** An IANA time zone name. */
export type TimeZone = Branded<string, 'TimeZone'>;

export const UTC = 'UTC' as TimeZone;

export const millisToMicros = (millis: EpochMillis): EpochMicros => (millis * 1000) as EpochMicros;
/** Rounds down to the millisecond. */
export const microsToMillis = (micros: EpochMicros): EpochMillis => Math.floor(micros / 1000) as EpochMillis;

/** @throws RangeError when `text` is not a real calendar day such as 2026-02-28. */
export function parseDay(text: string): Day {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) throw new RangeError(`not a day: ${text} (write YYYY-MM-DD)`);
  return Temporal.PlainDate.from(text, { overflow: 'reject' }).toString() as Day;
}

/** @throws RangeError when `name` is not a time zone that this runtime knows. */
export function parseTimeZone(name: string): TimeZone {
  return Temporal.Now.zonedDateTimeISO(name).timeZoneId as TimeZone;
}

/** The calendar day of an instant in a time zone. */
export function dayOf(instant: EpochMillis, zone: TimeZone): Day {
  return Temporal.Instant.fromEpochMilliseconds(instant)
    .toZonedDateTimeISO(zone)
    .toPlainDate()
    .toString() as Day;
}

/** The first instant of a day in a time zone; where clocks skip midnight, the first that exists. */
export function startOfDay(day: Day, zone: TimeZone): EpochMillis {
  return Temporal.PlainDate.from(day).toZonedDateTime(zone).epochMilliseconds as EpochMillis;
}

/** The instant at which a day is over, which is the first of the next one: the T of its close. */
export const endOfDay = (day: Day, zone: TimeZone): EpochMillis => startOfDay(addDays(day, 1), zone);

export const addDays = (day: Day, days: number): Day =>
  Temporal.PlainDate.from(day).add({ days }).toString() as Day;

/** Calendar days from `from` to `to`; negative when `to` is earlier. */
export const daysBetween = (from: Day, to: Day): number =>
  Temporal.PlainDate.from(from).until(Temporal.PlainDate.from(to), { largestUnit: 'days' }).days;

/** The first day of the month after the one that `day` is in. */
export const nextMonth = (day: Day): Day =>
  Temporal.PlainDate.from(day).with({ day: 1 }).add({ months: 1 }).toString() as Day;

/** Days since 1970-01-01. */
export const dayNumber = (day: Day): number => daysBetween('1970-01-01' as Day, day);

/** The day that is so many days after 1970-01-01. */
export const dayFromNumber = (days: number): Day => addDays('1970-01-01' as Day, days);
