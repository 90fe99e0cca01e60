// The delivery queue on Redis, for any number of processes. Jobs hold the two keys only, so that losing Redis, or
// flushing it at any moment, loses nothing that a sweep does not bring back.
import { type Job, type JobsOptions, Queue, Worker } from 'bullmq';
import type { DeliveryKey } from '../model/delivery.ts';
import type { DeliveryQueue, JobHandler, JobVerdict } from '../model/delivery-queue.ts';
import type { EpisodeId, SinkName } from '../model/ids.ts';
import type { QueueFault } from './in-process-queue.ts';

export interface BullmqQueueOptions {
  /** `redis://…` or `rediss://…`. */
  readonly redisUrl: string;
  /** Separates environments that share a Redis, such as `tidemark` or `staging`. */
  readonly prefix: string;
  /** Told of every surprise: a handler that threw, Redis gone, a job whose lock was flushed away. */
  readonly onFault: (fault: QueueFault) => void;
  /** Milliseconds until a key whose handler threw runs again; default 5,000. */
  readonly faultDelayMs?: number;
}

interface JobData {
  readonly episode: EpisodeId;
  readonly sink: SinkName;
}

type DeliveryJob = Job<JobData, void, 'deliver'>;

const QUEUE_NAME = 'deliveries';
/** Seconds that a worker blocks for a job before it looks again: after a FLUSHALL nothing wakes it earlier. */
const DRAIN_DELAY_S = 2;
/** A killed process's keys run elsewhere after this; a live one renews its locks twice as often. */
const LOCK_MS = 10_000;

const identityOf = ({ episode, sink }: JobData): string => `${encodeURIComponent(sink)}/${episode}`;

class BullmqQueue implements DeliveryQueue {
  readonly #options: BullmqQueueOptions;
  readonly #queue: Queue<JobData, void, 'deliver'>;
  readonly #running = new Map<string, Promise<unknown>>();
  #worker: Worker<JobData, void, 'deliver'> | undefined;
  #closed = false;

  constructor(options: BullmqQueueOptions) {
    this.#options = options;
    this.#queue = new Queue(QUEUE_NAME, { ...this.#connection(), skipWaitingForReady: true });
    this.#queue.on('error', (error) => options.onFault({ key: undefined, error }));
  }

  async trigger(keys: readonly DeliveryKey[]): Promise<void> {
    if (this.#closed || keys.length === 0) return;
    await this.#queue.addBulk(
      keys.map((key) => ({ name: 'deliver' as const, data: dataOf(key), opts: jobOptions(key, 0) })),
    );
  }

  async work(handler: JobHandler, { concurrency }: { readonly concurrency: number }): Promise<void> {
    if (this.#worker !== undefined) {
      throw new Error('this delivery queue has a handler already: call work() once');
    }
    const worker = new Worker<JobData, void, 'deliver'>(QUEUE_NAME, (job) => this.#process(job, handler), {
      ...this.#connection(),
      concurrency,
      drainDelay: DRAIN_DELAY_S,
      lockDuration: LOCK_MS,
      stalledInterval: LOCK_MS / 2,
      maxStalledCount: 10,
    });
    worker.on('error', (error) => this.#options.onFault({ key: undefined, error }));
    this.#worker = worker;
    await worker.waitUntilReady();
  }

  async depth(): Promise<number> {
    return this.#queue.getJobCountByTypes('waiting', 'active', 'delayed', 'prioritized');
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#worker?.close();
    await this.#queue.close();
  }

  #connection() {
    const { redisUrl, prefix } = this.#options;
    // In braces, all keys of the queue share one slot of a Redis cluster.
    return { connection: { url: redisUrl, maxRetriesPerRequest: null }, prefix: `{${prefix}}` };
  }

  async #process(job: DeliveryJob, handler: JobHandler): Promise<void> {
    const key: DeliveryKey = { episode: job.data.episode, sink: job.data.sink };
    const verdict = await this.#runAlone(key, handler);
    if (verdict.next === 'done' || this.#closed) return;
    // While this job is active BullMQ keeps the new one aside and starts its delay when this one is done.
    await this.#queue.add('deliver', dataOf(key), jobOptions(key, verdict.delayMs));
  }

  /** After a FLUSHALL nothing in Redis says that a key is running, so this process remembers its own. */
  async #runAlone(key: DeliveryKey, handler: JobHandler): Promise<JobVerdict> {
    const identity = identityOf(key);
    for (let other = this.#running.get(identity); other; other = this.#running.get(identity)) await other;
    const run = this.#ask(key, handler);
    this.#running.set(identity, run);
    try {
      return await run;
    } finally {
      this.#running.delete(identity);
    }
  }

  async #ask(key: DeliveryKey, handler: JobHandler): Promise<JobVerdict> {
    try {
      return await handler(key);
    } catch (error) {
      this.#options.onFault({ key, error });
      return { next: 'again', delayMs: this.#options.faultDelayMs ?? 5000 };
    }
  }
}

const dataOf = ({ episode, sink }: DeliveryKey): JobData => ({ episode, sink });

/** No job id: a finished job with an id of ours would make BullMQ ignore every later trigger of the key. */
const jobOptions = (key: DeliveryKey, delay: number): JobsOptions => ({
  delay,
  deduplication: { id: identityOf(dataOf(key)), keepLastIfActive: true },
  removeOnComplete: true,
  removeOnFail: true,
});

/** Connects at once and goes on trying; several processes may open the same queue. */
export function openBullmqQueue(options: BullmqQueueOptions): DeliveryQueue {
  return new BullmqQueue(options);
}
