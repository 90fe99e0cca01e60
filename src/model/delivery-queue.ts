// The port to the queue of delivery jobs. It holds triggers only: losing all of it loses nothing, because a sweep
// triggers again whatever differs from its last receipt.
import type { DeliveryKey } from './delivery.ts';

/** `again`: run once more, no sooner than after `delayMs`. */
export type JobVerdict = { readonly next: 'done' } | { readonly next: 'again'; readonly delayMs: number };

export type JobHandler = (key: DeliveryKey) => Promise<JobVerdict>;

export interface DeliveryQueue {
  /**
   * Asks for a run of each key. A key that waits already runs once; one that is running runs once more afterwards.
   */
  trigger(keys: readonly DeliveryKey[]): Promise<void>;
  /** Starts working, at most `concurrency` keys at once and never one key twice at once within this process. */
  work(handler: JobHandler, options: { readonly concurrency: number }): Promise<void>;
  /** Keys waiting or running, for the pipeline's figures. */
  depth(): Promise<number>;
  /** Takes no new job, lets the running ones finish. */
  close(): Promise<void>;
}
