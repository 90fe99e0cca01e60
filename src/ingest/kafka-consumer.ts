// Consumes one topic of Kafka in a group: hands batches to the handler, two at once, and commits behind it in order.
// Offsets are committed by this file alone; kafkajs only keeps the position of the next fetch.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Consumer, EachBatchPayload, IHeaders, Kafka } from 'kafkajs';
import type { BatchHandler, ConsumerFigures, LogBatch, LogConsumer } from '../model/event-log.ts';
import type { EpochMicros } from '../model/time.ts';
import { type BatchInFlight, CommitOrder } from './commit-order.ts';
import type { IngestLogger } from './ingest-logger.ts';

export interface KafkaConsumerOptions {
  readonly kafka: Kafka;
  readonly topic: string;
  readonly group: string;
  readonly handler: BatchHandler;
  readonly logger: IngestLogger;
  /** How long a process that went without a word keeps its partitions. Undefined: half a minute. */
  readonly sessionMillis: number | undefined;
}

interface UnderWay {
  readonly partition: number;
  readonly giveUp: AbortController;
}

const BATCHES_AT_ONCE = 2;
const SESSION_MILLIS = 30_000;
const HEARTBEAT_MILLIS = 3_000;
/** Some 12,000 events of 350 bytes, or 40,000 compressed: less makes ClickHouse work more, more the garbage collector. */
const BYTES_PER_PARTITION = 4 * 1024 * 1024;
const BYTES_PER_FETCH = 32 * 1024 * 1024;
/** The broker waits this long for `GATHERED_BYTES`, so that a trickle does not become a flood of tiny inserts. */
const GATHER_MILLIS = 100;
const GATHERED_BYTES = 1024 * 1024;

export class KafkaLogConsumer implements LogConsumer {
  readonly stopped: Promise<void>;
  readonly #options: KafkaConsumerOptions;
  readonly #consumer: Consumer;
  readonly #order = new CommitOrder();
  readonly #running = new Set<Promise<void>>();
  readonly #underWay = new Set<UnderWay>();
  readonly #handled = { messages: 0, bytes: 0, batches: 0 };
  #generation = 0;
  #stopping: Promise<void> | undefined;
  #fault: unknown;
  #commits: Promise<void> = Promise.resolve();
  #settle: { readonly resolve: () => void; readonly reject: (fault: unknown) => void } | undefined;

  constructor(options: KafkaConsumerOptions) {
    this.#options = options;
    this.stopped = new Promise<void>((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    // Whoever waits on `stopped` sees the fault; nobody waiting must not end the process.
    this.stopped.catch(() => {});
    const session = options.sessionMillis ?? SESSION_MILLIS;
    this.#consumer = options.kafka.consumer({
      groupId: options.group,
      sessionTimeout: session,
      heartbeatInterval: Math.min(HEARTBEAT_MILLIS, session / 10),
      maxBytesPerPartition: BYTES_PER_PARTITION,
      maxBytes: BYTES_PER_FETCH,
      minBytes: GATHERED_BYTES,
      maxWaitTimeInMs: GATHER_MILLIS,
    });
  }

  async start(): Promise<void> {
    const { CRASH, GROUP_JOIN } = this.#consumer.events;
    this.#consumer.on(GROUP_JOIN, ({ payload }) => {
      this.#generation++;
      this.#giveUp(payload.memberAssignment[this.#options.topic] ?? []);
    });
    // kafkajs restarts by itself after what may pass; after anything else it would stay up and silent.
    this.#consumer.on(CRASH, ({ payload }) => {
      if (!payload.restart) this.#fail(payload.error);
    });
    await this.#consumer.connect();
    await this.#consumer.subscribe({ topics: [this.#options.topic], fromBeginning: true });
    await this.#consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      eachBatch: (payload) => this.#take(payload),
    });
  }

  figures(): ConsumerFigures {
    return {
      ...this.#handled,
      partitions: 0,
      messagesInFlight: 0,
      bytesInFlight: 0,
      lag: undefined,
      oldestInFlightAt: undefined,
      rebalances: this.#generation,
    };
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#leave();
    return this.#stopping;
  }

  async #take(payload: EachBatchPayload): Promise<void> {
    const { batch, resolveOffset, heartbeat } = payload;
    const generation = this.#generation;
    while (this.#running.size >= BATCHES_AT_ONCE) {
      await Promise.race([...this.#running, sleep(HEARTBEAT_MILLIS)]);
      // Throws when the group rebalances: the batch is not resolved, and whoever gets the partition fetches it.
      await heartbeat();
    }
    const last = batch.messages.at(-1);
    if (last === undefined) return;
    if (this.#stopping !== undefined || generation !== this.#generation)
      return void (await sleep(GATHER_MILLIS));
    this.#handle(toLogBatch(batch), generation);
    // Moves only the fetch position of this process, so that the next batch comes while this one is under way.
    resolveOffset(last.offset);
  }

  #handle(batch: LogBatch, generation: number): void {
    const nextOffset = (batch.messages.at(-1)?.offset ?? 0) + 1;
    const begun = this.#order.begin({ partition: batch.partition, nextOffset, generation });
    const underWay = { partition: batch.partition, giveUp: new AbortController() };
    const { signal } = underWay.giveUp;
    const work = this.#options
      .handler(batch, signal)
      .then(
        () => this.#commit(batch.partition, this.#order.finish(begun, this.#generation)),
        (fault) => (signal.aborted ? this.#takeBack(begun, fault) : this.#fail(fault)),
      )
      .finally(() => {
        this.#underWay.delete(underWay);
        this.#running.delete(work);
      });
    this.#underWay.add(underWay);
    this.#running.add(work);
  }

  /** Batches of other partitions than these need not wait any longer: they will be delivered elsewhere. */
  #giveUp(keptPartitions: readonly number[]): void {
    for (const { partition, giveUp } of this.#underWay)
      if (!keptPartitions.includes(partition)) giveUp.abort();
  }

  #takeBack(begun: BatchInFlight, cause: unknown): void {
    const { logger, topic } = this.#options;
    const { partition, nextOffset } = begun;
    logger.warn({ err: cause, topic, partition, nextOffset }, 'a batch is given back, to be delivered again');
    // When stopping, it stays unfinished, so that no later batch is committed past it.
    if (this.#stopping === undefined) this.#commit(partition, this.#order.finish(begun, this.#generation));
  }

  #commit(partition: number, offset: number | undefined): void {
    if (offset === undefined || this.#fault !== undefined) return;
    const { topic, logger } = this.#options;
    const generation = this.#generation;
    // One after the other: a late retry of an earlier commit must not set the group back.
    this.#commits = this.#commits.then(async () => {
      if (generation !== this.#generation) return;
      try {
        await this.#consumer.commitOffsets([{ topic, partition, offset: String(offset) }]);
      } catch (error) {
        // The batch is stored; at worst it is delivered again and becomes the same rows.
        logger.warn({ err: error, topic, partition, offset }, 'could not commit an offset');
      }
    });
  }

  #fail(fault: unknown): void {
    if (this.#fault !== undefined) return;
    this.#fault = fault;
    this.#stopping ??= this.#leave();
  }

  async #leave(): Promise<void> {
    const { topic, logger } = this.#options;
    try {
      this.#consumer.pause([{ topic }]);
    } catch {
      // Not running any more, so there is nothing to pause.
    }
    this.#giveUp([]);
    await Promise.allSettled([...this.#running]);
    await this.#commits;
    await this.#consumer
      .disconnect()
      .catch((error: unknown) => logger.warn({ err: error }, 'could not leave Kafka'));
    if (this.#fault === undefined) this.#settle?.resolve();
    else this.#settle?.reject(this.#fault);
  }
}

function toLogBatch({ topic, partition, messages }: EachBatchPayload['batch']): LogBatch {
  return {
    topic,
    partition,
    messages: messages.map(({ offset, key, value, timestamp, headers }) => ({
      offset: Number(offset),
      key,
      value,
      ...headersOf(headers),
      appendedAt: (Number(timestamp) * 1000) as EpochMicros,
    })),
  };
}

/** Most messages have none, and carry no field for them. */
function headersOf(
  headers: IHeaders | undefined,
): { readonly headers: Readonly<Record<string, string>> } | undefined {
  if (headers === undefined) return undefined;
  const names = Object.keys(headers);
  if (names.length === 0) return undefined;
  // Of a header that is there twice the first one counts.
  const first = (name: string) => [headers[name]].flat()[0];
  return { headers: Object.fromEntries(names.map((name) => [name, String(first(name) ?? '')])) };
}
