// The freshness guard: may a day be closed, or does it look as if events were missing?
import type { Freshness } from '../../store/evaluation/read-freshness.ts';

/** Below this many events on the usual day of its kind, a quiet day proves nothing. */
const LEAST_USUAL = 100;
/** A day with less than this share of the usual is held. */
const LEAST_SHARE = 0.2;
/** Messages under way are no lag; more than this, or than a hundredth of a usual day, are. */
const LEAST_LAG = 1_000;
const LAG_SHARE = 0.01;

export type FreshnessVerdict = { readonly close: true } | { readonly close: false; readonly reason: string };

/** `lagMessages` of the whole log, not of this process. */
export function judgeFreshness(
  { events, usual, released }: Freshness,
  lagMessages: number,
): FreshnessVerdict {
  if (released) return { close: true };
  if (lagMessages > Math.max(LEAST_LAG, LAG_SHARE * usual)) {
    return { close: false, reason: `${lagMessages} messages of the log are not stored yet` };
  }
  if (usual >= LEAST_USUAL && events < LEAST_SHARE * usual) {
    return { close: false, reason: `it has ${events} events where the same weekday usually has ${usual}` };
  }
  return { close: true };
}
