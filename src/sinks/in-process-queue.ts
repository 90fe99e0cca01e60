// The delivery queue of a single process, without Redis. It keeps triggers in memory only: the sweep brings back
// what a restart loses.
import type { DeliveryKey } from '../model/delivery.ts';
import type { DeliveryQueue, JobHandler, JobVerdict } from '../model/delivery-queue.ts';

export interface QueueFault {
  readonly key: DeliveryKey | undefined;
  readonly error: unknown;
}

export interface InProcessQueueOptions {
  /** Told of every surprise: a handler that threw. The key runs again after `faultDelayMs`. */
  readonly onFault: (fault: QueueFault) => void;
  /** Milliseconds; default 5,000. */
  readonly faultDelayMs?: number;
}

interface Entry {
  readonly key: DeliveryKey;
  phase: 'ready' | 'delayed' | 'running';
  triggeredWhileRunning: boolean;
  timer: NodeJS.Timeout | undefined;
}

const identityOf = (key: DeliveryKey): string => JSON.stringify([key.episode, key.sink]);

class InProcessQueue implements DeliveryQueue {
  readonly #options: InProcessQueueOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #ready: Entry[] = [];
  readonly #running = new Set<Promise<void>>();
  #handler: JobHandler | undefined;
  #concurrency = 0;
  #closed = false;

  constructor(options: InProcessQueueOptions) {
    this.#options = options;
  }

  async trigger(keys: readonly DeliveryKey[]): Promise<void> {
    if (this.#closed) return;
    for (const key of keys) this.#triggerOne(key);
    this.#start();
  }

  async work(handler: JobHandler, { concurrency }: { readonly concurrency: number }): Promise<void> {
    if (this.#handler !== undefined)
      throw new Error('this delivery queue has a handler already: call work() once');
    this.#handler = handler;
    this.#concurrency = concurrency;
    this.#start();
  }

  async depth(): Promise<number> {
    return this.#entries.size;
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const entry of this.#entries.values()) clearTimeout(entry.timer);
    await Promise.all(this.#running);
  }

  #triggerOne(key: DeliveryKey): void {
    const entry = this.#entries.get(identityOf(key));
    if (entry === undefined) {
      this.#makeReady({ key, phase: 'ready', triggeredWhileRunning: false, timer: undefined });
    } else if (entry.phase === 'running') {
      entry.triggeredWhileRunning = true;
    }
  }

  #makeReady(entry: Entry): void {
    entry.phase = 'ready';
    entry.timer = undefined;
    this.#entries.set(identityOf(entry.key), entry);
    this.#ready.push(entry);
  }

  #start(): void {
    while (!this.#closed && this.#handler !== undefined && this.#running.size < this.#concurrency) {
      const entry = this.#ready.shift();
      if (entry === undefined) return;
      const run = this.#run(entry, this.#handler).finally(() => {
        this.#running.delete(run);
        this.#start();
      });
      this.#running.add(run);
    }
  }

  async #run(entry: Entry, handler: JobHandler): Promise<void> {
    entry.phase = 'running';
    entry.triggeredWhileRunning = false;
    const verdict = await this.#ask(entry.key, handler);
    if (this.#closed) return;
    // A retry that waits outranks a trigger that came meanwhile: the remote asked for the pause, and the retry will
    // see the newest state anyway.
    if (verdict.next === 'again') this.#delay(entry, verdict.delayMs);
    else if (entry.triggeredWhileRunning) this.#makeReady(entry);
    else this.#entries.delete(identityOf(entry.key));
  }

  async #ask(key: DeliveryKey, handler: JobHandler): Promise<JobVerdict> {
    try {
      return await handler(key);
    } catch (error) {
      this.#options.onFault({ key, error });
      return { next: 'again', delayMs: this.#options.faultDelayMs ?? 5000 };
    }
  }

  #delay(entry: Entry, delayMs: number): void {
    entry.phase = 'delayed';
    entry.timer = setTimeout(() => {
      this.#makeReady(entry);
      this.#start();
    }, delayMs);
  }
}

/** Runs handlers in this process; closing drops what waits. */
export function openInProcessQueue(options: InProcessQueueOptions): DeliveryQueue {
  return new InProcessQueue(options);
}
