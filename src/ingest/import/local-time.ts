// From what a clock on the wall showed to the instant. Asking a time zone is slow, and rows of a file lie close
// together: what is asked for is kept.
import { Temporal } from 'temporal-polyfill';
import type { EpochMillis, TimeZone } from '../../model/time.ts';

/** Zones change their offset at quarters of an hour: within one it is the same. */
const QUARTER_MS = 15 * 60_000;
/** About 29 years of one zone; then everything is forgotten, so that memory stays bounded. */
const MOST_KEPT = 1_000_000;

export class LocalTime {
  readonly #zone: TimeZone;
  readonly #isUtc: boolean;
  readonly #offsets = new Map<number, number>();

  constructor(zone: TimeZone) {
    this.#zone = zone;
    this.#isUtc = zone === 'UTC';
  }

  /**
   * `local` is the wall clock's time as milliseconds, as if it were UTC. An hour that occurs twice is the earlier one; a
   * time that clocks skip is as much later as they skip.
   */
  toInstant(local: number): EpochMillis {
    if (this.#isUtc) return local as EpochMillis;
    const quarter = Math.floor(local / QUARTER_MS);
    let offset = this.#offsets.get(quarter);
    if (offset === undefined) {
      offset = this.#ask(quarter * QUARTER_MS);
      if (this.#offsets.size >= MOST_KEPT) this.#offsets.clear();
      this.#offsets.set(quarter, offset);
    }
    return (local - offset) as EpochMillis;
  }

  #ask(local: number): number {
    const wall = Temporal.Instant.fromEpochMilliseconds(local).toZonedDateTimeISO('UTC').toPlainDateTime();
    return local - wall.toZonedDateTime(this.#zone).epochMilliseconds;
  }
}
