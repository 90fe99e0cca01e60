// Which of the days that were asked for can be closed: days close in order, none skipped, none again. Pure.
import { addDays, type Day, daysBetween } from '../model/time.ts';

export interface ClosesAsked {
  readonly from: Day;
  /** Included. */
  readonly to: Day;
  /** The local day of now, which is not over. */
  readonly today: Day;
  /** Undefined before the first close. */
  readonly lastClose: Day | undefined;
  /** The latest day on which a signal moved; undefined when none ever did. */
  readonly lastTransition: Day | undefined;
}

export type ClosesPlan =
  | { readonly ok: true; readonly from: Day; readonly days: number; readonly skipped: number }
  | { readonly ok: false; readonly message: string };

/**
 * A closed day before the last transition is left out: closed again, it could open signals behind the back of those
 * that have moved since. Days without
 * transitions may be closed again, as after an import of history into a project that has been running.
 */
export function planCloses({ from, to, today, lastClose, lastTransition }: ClosesAsked): ClosesPlan {
  if (to >= today) {
    const last = addDays(today, -1);
    return { ok: false, message: `${to} is not over yet: the last day that can be closed is --to ${last}` };
  }
  const asked = daysBetween(from, to) + 1;
  const next = lastClose === undefined ? from : addDays(lastClose, 1);
  if (from > next) {
    return {
      ok: false,
      message: `days close in order and ${lastClose} is the last one: start with --from ${next}`,
    };
  }
  // A tick may have moved a signal after days that were never closed: those are closed all the same.
  const settled = lastTransition === undefined || lastTransition > next ? next : lastTransition;
  const first = lastTransition !== undefined && settled > from ? settled : from;
  const days = Math.max(0, daysBetween(first, to) + 1);
  return { ok: true, from: first, days, skipped: asked - days };
}
