// Ticks and closes beside a stream, as `tidemark up --roles score` makes them, until they are stopped.
import { setTimeout as sleep } from 'node:timers/promises';
import { evaluateClose } from '../../../src/app/evaluate/evaluate-close.ts';
import { evaluateTick } from '../../../src/app/evaluate/evaluate-tick.ts';
import { StoreError } from '../../../src/model/store.ts';
import type { Day } from '../../../src/model/time.ts';
import type { Database } from '../kill-consumer/project.ts';
import { dayAfter, FIRST_DAY } from './made-stream.ts';

export interface Evaluating {
  /** @returns how many there were, and the first day that is not closed. @throws Error that was no outage. */
  stop(): Promise<{ readonly ticks: number; readonly closes: number; readonly nextDay: string }>;
}

const BEAT_MILLIS = 400;
const TICKS_BETWEEN_CLOSES = 5;

/** Closes one day after the other, never `lastDay`. */
export function evaluateMeanwhile(database: Database, lastDay: string): Evaluating {
  const stopping = new AbortController();
  let [ticks, closes, nextDay] = [0, 0, FIRST_DAY];
  const evaluate = async (): Promise<void> => {
    await evaluateTick(database.evaluator());
    ticks++;
    if (ticks % TICKS_BETWEEN_CLOSES !== 0 || nextDay >= lastDay) return;
    await evaluateClose(database.evaluator(), nextDay as Day);
    closes++;
    nextDay = dayAfter(nextDay);
  };
  const loop = (async () => {
    while (!stopping.signal.aborted) {
      await evaluate().catch((error: unknown) => {
        if (!(error instanceof StoreError)) throw error;
      });
      await sleep(BEAT_MILLIS, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  })();
  loop.catch(() => undefined);
  return {
    stop: async () => {
      stopping.abort();
      await loop;
      return { ticks, closes, nextDay };
    },
  };
}
