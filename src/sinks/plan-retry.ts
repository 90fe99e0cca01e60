// How long to wait before a delivery is tried again. Randomness is passed in, so that tests can name the result.
import type { SinkFailureClass } from '../model/delivery.ts';

export interface RetrySituation {
  readonly outcome: Exclude<SinkFailureClass, 'rejected'>;
  /** Failed attempts since the last success, from 1. */
  readonly failures: number;
  /** Milliseconds, from Retry-After; undefined when the remote named none. */
  readonly retryAfterMs: number | undefined;
  /** From 0 to below 1. */
  readonly random: () => number;
}

const FIRST_DELAY_MS = 1000;
const LONGEST_DELAY_MS = 15 * 60_000;
/** Credentials are mended by people: asking every second would only fill the remote's logs. */
const FIRST_UNAUTHORISED_DELAY_MS = 60_000;
/** A remote that asks for more than a day is asked again after a day. */
const LONGEST_RETRY_AFTER_MS = 24 * 3_600_000;

/**
 * Exponential from one second to a quarter of an hour, half of it random; a Retry-After is kept to, plus up to a
 * tenth, so that all who were told the same do not come back at once. Whole milliseconds.
 */
export function planRetry({ outcome, failures, retryAfterMs, random }: RetrySituation): number {
  if (retryAfterMs !== undefined) {
    const asked = Math.ceil(Math.min(retryAfterMs, LONGEST_RETRY_AFTER_MS));
    return asked + Math.floor((asked / 10) * random());
  }
  const first = outcome === 'unauthorised' ? FIRST_UNAUTHORISED_DELAY_MS : FIRST_DELAY_MS;
  const step = Math.min(Math.max(failures, 1) - 1, 30);
  const full = Math.min(first * 2 ** step, LONGEST_DELAY_MS);
  return Math.ceil(full * (0.5 + 0.5 * random()));
}
