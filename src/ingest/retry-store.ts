// Waits out a store that is away for a moment: an engine that restarts must not end the process that feeds it.
import { setTimeout as sleep } from 'node:timers/promises';
import { StoreError } from '../model/store.ts';

const FIRST_PAUSE_MILLIS = 100;
const LONGEST_PAUSE_MILLIS = 5_000;

/**
 * Repeats `work` while it rejects with a retryable StoreError, pausing longer each time, and rejects with the last
 * error once `forMillis` have gone by. `work` must bear being repeated as a whole.
 */
export async function retryStore(work: () => Promise<void>, forMillis: number): Promise<void> {
  let waited = 0;
  for (let pause = FIRST_PAUSE_MILLIS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MILLIS)) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof StoreError && error.retryable) || waited + pause > forMillis) throw error;
    }
    await sleep(pause);
    waited += pause;
  }
}
