// Consumes one topic of Kafka in a group: fetches, keeps the group's heartbeat, and commits. Offsets are committed by
// this file alone; kafkajs only keeps the position of the next fetch.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Batch, Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import { type BatchHandler, type ConsumerFigures, type LogConsumer, LogError } from '../model/event-log.ts';
import type { EpochMicros } from '../model/time.ts';
import { BlocksInHand, type Committable } from './blocks-in-hand.ts';
import {
  BYTES_PER_FETCH,
  BYTES_PER_PARTITION,
  GATHER_MILLIS,
  GATHERED_BYTES,
  sayBounds,
} from './consumer-bounds.ts';
import { FetchPositions } from './fetch-positions.ts';
import type { IngestLogger } from './ingest-logger.ts';
import { PartitionPositions } from './partition-positions.ts';
import type { LogEnd } from './read-log-ends.ts';
import { settlesWithin } from './settles-within.ts';
import { StandstillLook } from './standstill-look.ts';
import { StandstillWatch } from './standstill-watch.ts';
import { toLoggedMessage } from './to-logged-message.ts';

/** Each in milliseconds. */
export interface ConsumerPatience {
  /** How long a process that went without a word keeps its partitions. Default half a minute. */
  readonly sessionMillis?: number | undefined;
  /** How long it may stand still before it ends itself. Default two minutes. */
  readonly standstillMillis?: number | undefined;
  /** How long blocks that are under way have to finish when it stops. Default ten seconds. */
  readonly stopMillis?: number | undefined;
}

export interface KafkaConsumerOptions extends ConsumerPatience {
  readonly kafka: Kafka;
  readonly topic: string;
  readonly group: string;
  readonly handler: BatchHandler;
  readonly logger: IngestLogger;
  /** Asks another connection than the one that consumes. */
  readonly readEnds: () => Promise<readonly LogEnd[]>;
}

const SESSION_MILLIS = 30_000;
const HEARTBEAT_MILLIS = 3_000;
const STANDSTILL_MILLIS = 120_000;
const STOP_MILLIS = 10_000;
/** For a broker's last word; without it the group waits for the session to end. */
const LEAVE_MILLIS = 5_000;
const LOOK_MILLIS = 5_000;
/** Partitions that were added are found after this long. */
const METADATA_MILLIS = 30_000;

export class KafkaLogConsumer implements LogConsumer {
  readonly stopped: Promise<void>;
  readonly #options: KafkaConsumerOptions;
  readonly #consumer: Consumer;
  readonly #blocks: BlocksInHand;
  readonly #watch: StandstillWatch;
  readonly #look: StandstillLook;
  readonly #positions = new PartitionPositions();
  readonly #fetches = new FetchPositions();
  #stopping: Promise<void> | undefined;
  #hasLeft = false;
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
    this.#watch = new StandstillWatch({
      patienceMillis: options.standstillMillis ?? STANDSTILL_MILLIS,
      now: () => performance.now(),
    });
    this.#blocks = new BlocksInHand({
      ...options,
      commit: (offsets) => this.#commit(offsets),
      alive: () => this.#watch.alive(),
      fail: (fault) => this.#fail(fault),
    });
    this.#look = new StandstillLook({
      ...options,
      positions: this.#positions,
      watch: this.#watch,
      everyMillis: Math.min(LOOK_MILLIS, (options.standstillMillis ?? STANDSTILL_MILLIS) / 4),
      blocksUnderWay: () => this.#blocks.underWay,
      fail: (fault) => this.#fail(fault),
    });
    const session = options.sessionMillis ?? SESSION_MILLIS;
    this.#consumer = options.kafka.consumer({
      groupId: options.group,
      sessionTimeout: session,
      heartbeatInterval: Math.min(HEARTBEAT_MILLIS, session / 10),
      maxBytesPerPartition: BYTES_PER_PARTITION,
      maxBytes: BYTES_PER_FETCH,
      minBytes: GATHERED_BYTES,
      maxWaitTimeInMs: GATHER_MILLIS,
      metadataMaxAge: METADATA_MILLIS,
    });
  }

  async start(): Promise<void> {
    const { topic, group, logger } = this.#options;
    const { CRASH, GROUP_JOIN, START_BATCH_PROCESS } = this.#consumer.events;
    this.#consumer.on(GROUP_JOIN, ({ payload }) => this.#join(payload.memberAssignment[topic] ?? []));
    this.#consumer.on(START_BATCH_PROCESS, ({ payload }) => {
      const { partition, batchSize, firstOffset, lastOffset } = payload;
      // It is not handed over, and kafkajs fetches from behind it next.
      if (batchSize > 0) return;
      this.#fetches.passOver(partition, Number(firstOffset ?? lastOffset), Number(lastOffset));
      this.#watch.alive();
    });
    // kafkajs restarts by itself after what may pass; after anything else it would stay up and silent.
    this.#consumer.on(CRASH, ({ payload }) => {
      if (!payload.restart) this.#fail(payload.error);
    });
    await this.#consumer.connect();
    await this.#consumer.subscribe({ topics: [topic], fromBeginning: true });
    await this.#consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      eachBatch: (payload) => this.#take(payload),
    });
    this.#look.start();
    logger.info({ topic, group }, `ingest consumes: ${sayBounds()}`);
  }

  figures(): ConsumerFigures {
    const { partitions, lag } = this.#positions;
    const blocks = this.#blocks.figures();
    return {
      ...blocks,
      partitions,
      lag,
      rebalances: this.#blocks.generation,
      oldestInFlightAt: blocks.oldestInFlightAt ?? this.#waitsSince(),
    };
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#leave();
    return this.#stopping;
  }

  /** Of what was never received, as when a fetch hangs, nobody knows the time: since the log was seen to grow. */
  #waitsSince(): EpochMicros | undefined {
    const { waits } = this.#watch;
    return waits === 0 ? undefined : (Math.round((Date.now() - waits) * 1000) as EpochMicros);
  }

  #join(partitions: readonly number[]): void {
    this.#positions.assign(partitions);
    this.#fetches.renew();
    this.#blocks.renew();
  }

  async #take({ batch, resolveOffset, heartbeat }: EachBatchPayload): Promise<void> {
    const { partition, messages, highWatermark } = batch;
    const { generation } = this.#blocks;
    // Fetched before the group was joined anew, without it: no business of this process any more.
    if (!this.#positions.has(partition)) return;
    this.#positions.sawEnd(partition, Number(highWatermark));
    if (!(await this.#follows(batch, heartbeat))) return void (await sleep(GATHER_MILLIS));
    this.#positions.beginsAt(partition, Number(messages[0]?.offset ?? highWatermark));
    let last: string | undefined;
    for (const message of messages) {
      const logged = toLoggedMessage(message);
      if (!this.#blocks.hasRoomFor(logged)) {
        // Moves only the fetch position of this process, so that no message comes twice when waiting is broken off.
        if (last !== undefined) this.#resolve(partition, last, resolveOffset);
        await this.#makeRoom(heartbeat);
      }
      // What is left stays unresolved: whoever gets the partition fetches it.
      if (this.#stopping !== undefined || generation !== this.#blocks.generation)
        return void (await sleep(GATHER_MILLIS));
      this.#blocks.add(partition, logged);
      last = message.offset;
    }
    if (last === undefined) return;
    this.#resolve(partition, last, resolveOffset);
    // With the last message kafkajs resolves the marker behind it, which ends a transaction.
    this.#fetches.reach(partition, Math.max(Number(last), Number(batch.lastOffset())) + 1);
  }

  #resolve(partition: number, last: string, resolveOffset: (offset: string) => void): void {
    resolveOffset(last);
    this.#fetches.reach(partition, Number(last) + 1);
  }

  /** A batch that leaves messages out stays unresolved, and its partition is read again from where they begin. */
  async #follows(batch: Batch, heartbeat: () => Promise<void>): Promise<boolean> {
    const { topic, logger } = this.#options;
    const { generation } = this.#blocks;
    const { partition } = batch;
    const from = fetchedFrom(batch);
    if (!this.#fetches.follows(partition, from)) {
      const committed = await this.#askCommitted(partition, heartbeat);
      if (committed === undefined || generation !== this.#blocks.generation) return false;
      if (from > committed) {
        const again = this.#fetches.seek(partition, committed);
        logger.info({ topic, partition, from, again }, 'a batch leaves messages out, which are read first');
        this.#consumer.seek({ topic, partition, offset: String(again) });
        return false;
      }
    }
    this.#fetches.begin(partition, from);
    return true;
  }

  /** Where whoever gets the partition begins to read: of another's work, or behind what is gone. */
  async #askCommitted(partition: number, heartbeat: () => Promise<void>): Promise<number | undefined> {
    const asked = this.#options.readEnds().catch(() => undefined);
    while (!(await settlesWithin(HEARTBEAT_MILLIS / 10, asked))) await heartbeat();
    return (await asked)?.find((end) => end.partition === partition)?.next;
  }

  /** Heartbeats meanwhile: how long nothing may move is for the look to say. Throws when the group rebalances. */
  async #makeRoom(heartbeat: () => Promise<void>): Promise<void> {
    while (!this.#blocks.handOver()) {
      await this.#blocks.oneSettles(HEARTBEAT_MILLIS / 10);
      await heartbeat();
    }
  }

  #commit(offsets: readonly Committable[]): void {
    if (this.#fault !== undefined) return;
    const { topic, logger } = this.#options;
    const { generation } = this.#blocks;
    for (const { partition, offset } of offsets) {
      this.#positions.acknowledged(partition, offset);
      this.#fetches.acknowledge(partition, offset);
    }
    // One after the other: a late retry of an earlier commit must not set the group back.
    this.#commits = this.#commits.then(async () => {
      if (generation !== this.#blocks.generation || this.#hasLeft) return;
      try {
        await this.#consumer.commitOffsets(
          offsets.map(({ partition, offset }) => ({ topic, partition, offset: String(offset) })),
        );
      } catch (error) {
        // The block is stored; at worst it is delivered again and becomes the same rows.
        logger.warn({ err: error, topic, offsets }, 'could not commit offsets');
      }
    });
  }

  #fail(fault: unknown): void {
    if (this.#fault !== undefined) return;
    this.#fault = fault;
    this.#stopping ??= this.#leave();
  }

  async #leave(): Promise<void> {
    const { topic, logger, stopMillis = STOP_MILLIS } = this.#options;
    this.#look.stop();
    try {
      this.#consumer.pause([{ topic }]);
    } catch {
      // Not running any more, so there is nothing to pause.
    }
    this.#blocks.halt();
    const finished = async () => {
      await this.#blocks.allSettled();
      await this.#commits;
    };
    const inTime = await settlesWithin(stopMillis, finished());
    this.#hasLeft = true;
    const abandoned = inTime ? undefined : this.#tellAbandoned(stopMillis);
    const left = this.#consumer.disconnect().catch((error: unknown) => {
      logger.warn({ err: error }, 'could not leave Kafka');
    });
    if (!(await settlesWithin(LEAVE_MILLIS, left)))
      logger.warn(
        { topic },
        'Kafka has not let the consumer go; its partitions are free when its session ends',
      );
    const fault = this.#fault ?? abandoned;
    if (fault === undefined) this.#settle?.resolve();
    else this.#settle?.reject(fault);
    // A fault is told by `stopped` alone, so that whoever stops the rest in order goes on.
    if (this.#fault === undefined && abandoned !== undefined) throw abandoned;
  }

  #tellAbandoned(stopMillis: number): LogError {
    const { messagesInFlight } = this.figures();
    const text =
      `${this.#blocks.underWay} blocks with ${messagesInFlight} messages of ${this.#options.topic} were not stored within ` +
      `${stopMillis / 1000} s and are abandoned; nothing is lost, they are delivered again`;
    return new LogError(text, { retryable: true });
  }
}

/** The offset that was asked for: its first message may lie behind a gap that compaction or a marker left. */
const fetchedFrom = (batch: Batch & { readonly fetchedOffset?: string }): number =>
  Number(batch.fetchedOffset ?? batch.messages[0]?.offset ?? batch.highWatermark);
