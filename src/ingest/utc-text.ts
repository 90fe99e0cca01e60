// Instants as ClickHouse text in UTC, and the days and months that rows are announced and partitioned by.
import { type EpochMicros, type EpochMillis, microsToMillis } from '../model/time.ts';

const DAY_MILLIS = 86_400_000;

/** Zero-padded numbers: cheaper to look up than to pad, at several a row. */
const padded = (count: number, width: number): readonly string[] =>
  Array.from({ length: count }, (_, number) => String(number).padStart(width, '0'));
const TWO_DIGITS = padded(60, 2);
const THREE_DIGITS = padded(1000, 3);

export interface UtcDay {
  /** `YYYY-MM-DD`. */
  readonly day: string;
  /** Months since year 0, the partition of raw events. */
  readonly month: number;
  /** Days since 1970, as ClickHouse stores a Date. */
  readonly number: number;
}

/** Remembers the days that it has named: a batch has few of them and many events on each. */
export class UtcText {
  readonly #days = new Map<number, UtcDay>();

  dayOf(instant: EpochMillis): UtcDay {
    const number = Math.floor(instant / DAY_MILLIS);
    const known = this.#days.get(number);
    if (known !== undefined) return known;
    const date = new Date(number * DAY_MILLIS);
    const named = {
      day: date.toISOString().slice(0, 10),
      month: date.getUTCFullYear() * 12 + date.getUTCMonth(),
      number,
    };
    this.#days.set(number, named);
    return named;
  }

  /** `YYYY-MM-DD hh:mm:ss.mmm`. */
  millis(instant: EpochMillis): string {
    const day = this.dayOf(instant).day;
    const rest = instant - Math.floor(instant / DAY_MILLIS) * DAY_MILLIS;
    const seconds = Math.floor(rest / 1000);
    const minutes = Math.floor(seconds / 60);
    const hours = Math.floor(minutes / 60);
    return `${day} ${TWO_DIGITS[hours]}:${TWO_DIGITS[minutes % 60]}:${TWO_DIGITS[seconds % 60]}.${THREE_DIGITS[rest % 1000]}`;
  }

  /** `YYYY-MM-DD hh:mm:ss.mmmuuu`. */
  micros(instant: EpochMicros): string {
    const millis = microsToMillis(instant);
    return this.millis(millis) + THREE_DIGITS[instant - millis * 1000];
  }
}
