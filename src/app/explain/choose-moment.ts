// Which moment an account is explained at, and which close comes next.
import type { Clock } from '../../model/clock.ts';
import type { Store } from '../../model/store.ts';
import {
  addDays,
  type Day,
  dayOf,
  type EpochMillis,
  endOfDay,
  microsToMillis,
  type TimeZone,
} from '../../model/time.ts';
import type { Standing } from '../../scoring/explain-standing.ts';
import { readLastClose } from '../../store/evaluation/read-progress.ts';
import { ExplainError } from './explain-error.ts';

export interface MomentChoice {
  readonly store: Store;
  readonly clock: Clock;
  readonly timezone: TimeZone;
  /** A day is looked at as at its close; undefined: the last close, else now. */
  readonly at: Day | EpochMillis | undefined;
}

export interface ExplainMoment {
  readonly kind: 'close' | 'tick';
  readonly day: Day;
  readonly at: EpochMillis;
}

/** @throws ExplainError */
export async function chooseMoment({ store, clock, timezone, at }: MomentChoice): Promise<ExplainMoment> {
  const now = microsToMillis(clock.now());
  const day = at === undefined ? await readLastClose(store) : at;
  if (typeof day === 'string') {
    const end = (endOfDay(day, timezone) - 1) as EpochMillis;
    if (at !== undefined && end > now)
      throw new ExplainError(`${day} is not over: name an earlier day, or an instant of it`);
    return { kind: 'close', day, at: end };
  }
  const instant = day ?? now;
  if (instant > now)
    throw new ExplainError(`${tellInstant(instant)} is still to come: name a time that is past`);
  return { kind: 'tick', day: dayOf(instant, timezone), at: instant };
}

export type NextClose = Pick<Standing, 'day' | 'kind'>;

/** A day that is over waits a while for its close. */
export async function findNextClose(store: Store, { kind, day }: ExplainMoment): Promise<NextClose> {
  const last = await readLastClose(store);
  const closed = kind === 'close' && last !== undefined && day <= last;
  return closed ? { kind: 'close', day: addDays(day, 1) } : { kind: 'tick', day };
}

export const describeMoment = ({ kind, day, at }: ExplainMoment): string =>
  kind === 'close' ? `at the close of ${day}` : `at ${tellInstant(at)}`;

const tellInstant = (at: EpochMillis): string => new Date(at).toISOString().replace('.000Z', 'Z');
