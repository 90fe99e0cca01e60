// The closes of the days of a time zone, each with its T: computed once for all tests of a run.
import { type Day, dayNumber, type EpochMillis, endOfDay, type TimeZone } from '../../model/time.ts';

export interface Close {
  readonly day: Day;
  /** Since 1970-01-01. */
  readonly number: number;
  /** T: the last millisecond of the day. */
  readonly at: EpochMillis;
}

/** From one day to another, both included. */
export type ListCloses = (from: Day, to: Day) => readonly Close[];

const DAY_MS = 86_400_000;

export function startCalendar(timezone: TimeZone): ListCloses {
  const known = new Map<number, Close>();
  const closeOf = (number: number): Close => {
    const found = known.get(number);
    if (found !== undefined) return found;
    const day = new Date(number * DAY_MS).toISOString().slice(0, 10) as Day;
    const close = { day, number, at: (endOfDay(day, timezone) - 1) as EpochMillis };
    known.set(number, close);
    return close;
  };
  return (from, to) => {
    const first = dayNumber(from);
    return Array.from({ length: dayNumber(to) - first + 1 }, (_, index) => closeOf(first + index));
  };
}
