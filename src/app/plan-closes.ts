// Which of the days that were asked for can be closed: days close in order, none skipped, none again. Pure.
import { addDays, type Day, daysBetween } from '../model/time.ts';

export interface ClosesAsked {
  readonly from: Day;
  /** Included. */
  readonly to: Day;
  /** Undefined before the first close. */
  readonly lastClose: Day | undefined;
  /** The latest day on which a signal moved; undefined when none ever did. */
  readonly lastTransition: Day | undefined;
}

export type ClosesPlan =
  | { readonly ok: true; readonly from: Day; readonly days: number; readonly skipped: number }
  | { readonly ok: false; readonly message: string };

/**
 * A day before the last transition is left out: closed again, it would end signals that opened after it. Days without
 * transitions may be closed again, as after an import of history into a project that has been running.
 */
export function planCloses({ from, to, lastClose, lastTransition }: ClosesAsked): ClosesPlan {
  const asked = daysBetween(from, to) + 1;
  const next = lastClose === undefined ? from : addDays(lastClose, 1);
  if (from > next) {
    return {
      ok: false,
      message: `days close in order and ${lastClose} is the last one: start with --from ${next}`,
    };
  }
  const first = lastTransition !== undefined && lastTransition > from ? lastTransition : from;
  const days = Math.max(0, daysBetween(first, to) + 1);
  return { ok: true, from: first, days, skipped: asked - days };
}
