// Waits out a store or log that is away: an outage of theirs must not end the process that feeds them, since it may
// collect and show as well, and a new process would only wait for the same.
import { setTimeout as sleep } from 'node:timers/promises';
import { LogError } from '../model/event-log.ts';
import { StoreError } from '../model/store.ts';
import type { IngestLogger } from './ingest-logger.ts';

export interface RetryOptions {
  /** Aborted when waiting on is of no use: the next refusal is then the last. */
  readonly signal: AbortSignal;
  readonly logger: Pick<IngestLogger, 'info' | 'warn'> | undefined;
  /** Called at each refusal that is waited out. */
  readonly onWait?: (() => void) | undefined;
}

const FIRST_PAUSE_MILLIS = 100;
const LONGEST_PAUSE_MILLIS = 5_000;
/** An engine that restarts is back before the first line. */
const FIRST_LINE_MILLIS = 1_000;
const LINES_EVERY_MILLIS = 30_000;

/**
 * Repeats `work` while it rejects with a retryable error, pausing longer each time, at most five seconds. Rejects
 * with the last one once the signal is aborted. `work` must bear being repeated as a whole.
 */
export async function retryOutage(
  work: () => Promise<void>,
  { signal, logger, onWait }: RetryOptions,
): Promise<void> {
  const beganAt = performance.now();
  let nextLine = FIRST_LINE_MILLIS;
  for (let pause = FIRST_PAUSE_MILLIS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MILLIS)) {
    const away = performance.now() - beganAt;
    try {
      await work();
      if (nextLine > FIRST_LINE_MILLIS) logger?.info({ seconds: inSeconds(away) }, 'ingest goes on');
      return;
    } catch (error) {
      if (signal.aborted || !isRetryable(error)) throw error;
      onWait?.();
      if (away >= nextLine) {
        nextLine = away + LINES_EVERY_MILLIS;
        logger?.warn(
          { err: error, seconds: inSeconds(away) },
          'ingest waits: its events cannot be stored now',
        );
      }
      await sleep(pause, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) throw error;
    }
  }
}

const isRetryable = (error: unknown): boolean =>
  (error instanceof StoreError || error instanceof LogError) && error.retryable;

const inSeconds = (millis: number): number => Math.round(millis / 1000);
