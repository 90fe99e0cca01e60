// Consumes one topic of Kafka in a group: gathers blocks, hands them to the handler, two at once, and commits behind
// them in order. Offsets are committed by this file alone; kafkajs only keeps the position of the next fetch.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import { type BatchHandler, type ConsumerFigures, type LogConsumer, LogError } from '../model/event-log.ts';
import { BlockGatherer, type GatheredBlock } from './block-gatherer.ts';
import { type BatchInFlight, CommitOrder } from './commit-order.ts';
import {
  BLOCK_LIMITS,
  BLOCKS_AT_ONCE,
  BYTES_PER_FETCH,
  BYTES_PER_PARTITION,
  GATHER_MILLIS,
  GATHERED_BYTES,
  sayBounds,
} from './consumer-bounds.ts';
import type { IngestLogger } from './ingest-logger.ts';
import { PartitionPositions } from './partition-positions.ts';
import type { LogEnd } from './read-log-ends.ts';
import { settlesWithin } from './settles-within.ts';
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

interface UnderWay {
  readonly block: GatheredBlock;
  readonly giveUp: AbortController;
}

const SESSION_MILLIS = 30_000;
const HEARTBEAT_MILLIS = 3_000;
const STANDSTILL_MILLIS = 120_000;
const STOP_MILLIS = 10_000;
/** For a broker's last word; without it the group waits for the session to end. */
const LEAVE_MILLIS = 5_000;
/** The batches of one fetch come right after each other. */
const LINGER_MILLIS = 10;
const LOOK_MILLIS = 5_000;
/** Partitions that were added are found after this long. */
const METADATA_MILLIS = 30_000;

export class KafkaLogConsumer implements LogConsumer {
  readonly stopped: Promise<void>;
  readonly #options: KafkaConsumerOptions;
  readonly #consumer: Consumer;
  readonly #gatherer: BlockGatherer;
  readonly #watch: StandstillWatch;
  readonly #positions = new PartitionPositions();
  readonly #order = new CommitOrder();
  readonly #running = new Set<Promise<void>>();
  readonly #underWay = new Set<UnderWay>();
  readonly #handled = { messages: 0, bytes: 0, batches: 0 };
  #generation = 0;
  #linger: NodeJS.Timeout | undefined;
  #isDue = false;
  #nextLook: NodeJS.Timeout | undefined;
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
    this.#gatherer = new BlockGatherer({ topic: options.topic, limits: BLOCK_LIMITS });
    this.#watch = new StandstillWatch({
      patienceMillis: options.standstillMillis ?? STANDSTILL_MILLIS,
      now: () => performance.now(),
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
    const { CRASH, GROUP_JOIN } = this.#consumer.events;
    this.#consumer.on(GROUP_JOIN, ({ payload }) => this.#join(payload.memberAssignment[topic] ?? []));
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
    this.#lookSoon();
    logger.info({ topic, group }, `ingest consumes: ${sayBounds()}`);
  }

  figures(): ConsumerFigures {
    const blocks = [...this.#underWay].map(({ block }) => block);
    if (!this.#gatherer.isEmpty) blocks.push(this.#gatherer.look());
    const times = blocks.flatMap(({ oldestAt }) => oldestAt ?? []);
    return {
      ...this.#handled,
      partitions: this.#positions.partitions,
      messagesInFlight: blocks.reduce((sum, { messages }) => sum + messages, 0),
      bytesInFlight: blocks.reduce((sum, { bytes }) => sum + bytes, 0),
      lag: this.#positions.lag,
      oldestInFlightAt: times.sort((a, b) => a - b)[0],
      rebalances: this.#generation,
    };
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#leave();
    return this.#stopping;
  }

  /**
   * kafkajs reads every partition again from what is committed: what is gathered will come again, and what is under
   * way is not worth waiting out an outage for, whoever has its partitions now.
   */
  #join(partitions: readonly number[]): void {
    this.#generation++;
    this.#positions.assign(partitions);
    this.#drop();
    this.#giveUp();
  }

  async #take({ batch, resolveOffset, heartbeat }: EachBatchPayload): Promise<void> {
    const { partition, messages, highWatermark } = batch;
    const generation = this.#generation;
    this.#positions.sawEnd(partition, Number(highWatermark));
    this.#positions.beginsAt(partition, Number(messages[0]?.offset ?? highWatermark));
    let last: string | undefined;
    for (const message of messages) {
      const logged = toLoggedMessage(message);
      if (!this.#gatherer.hasRoomFor(logged)) {
        // Moves only the fetch position of this process, so that no message comes twice when waiting is broken off.
        if (last !== undefined) resolveOffset(last);
        await this.#makeRoom(heartbeat);
      }
      // What is left stays unresolved: whoever gets the partition fetches it.
      if (this.#stopping !== undefined || generation !== this.#generation)
        return void (await sleep(GATHER_MILLIS));
      this.#gatherer.add(partition, logged);
      last = message.offset;
    }
    if (last !== undefined) resolveOffset(last);
    if (!this.#gatherer.isEmpty) this.#linger ??= setTimeout(() => this.#becomeDue(), LINGER_MILLIS);
  }

  /** Heartbeats meanwhile: how long nothing may move is for `#look` to say. Throws when the group rebalances. */
  async #makeRoom(heartbeat: () => Promise<void>): Promise<void> {
    while (!this.#handOver()) {
      await Promise.race([...this.#running, sleep(HEARTBEAT_MILLIS / 10)]);
      await heartbeat();
    }
  }

  #becomeDue(): void {
    this.#isDue = true;
    this.#handOver();
  }

  /** False when as many are under way as may be. */
  #handOver(): boolean {
    if (this.#gatherer.isEmpty || this.#stopping !== undefined) return true;
    if (this.#running.size >= BLOCKS_AT_ONCE) return false;
    const block = this.#gatherer.take();
    this.#drop();
    this.#begin(block);
    return true;
  }

  /** Nothing is gathered any more. */
  #drop(): void {
    clearTimeout(this.#linger);
    this.#linger = undefined;
    this.#isDue = false;
    this.#gatherer.take();
  }

  #begin(block: GatheredBlock): void {
    const generation = this.#generation;
    const begun = block.batches.map(({ partition, messages }) =>
      this.#order.begin({ partition, nextOffset: (messages.at(-1)?.offset ?? 0) + 1, generation }),
    );
    const underWay = { block, giveUp: new AbortController() };
    const { signal } = underWay.giveUp;
    this.#underWay.add(underWay);
    const work = this.#options
      .handler(block.batches, signal, () => this.#watch.alive())
      .then(
        () => this.#acknowledge(block, begun),
        (fault) => (signal.aborted ? this.#takeBack(begun, fault) : this.#fail(fault)),
      )
      .finally(() => {
        this.#underWay.delete(underWay);
        this.#running.delete(work);
        // What has waited for its turn need not linger.
        if (this.#isDue) this.#handOver();
      });
    this.#running.add(work);
  }

  #giveUp(): void {
    for (const { giveUp } of this.#underWay) giveUp.abort();
  }

  #acknowledge(block: GatheredBlock, begun: readonly BatchInFlight[]): void {
    this.#watch.alive();
    this.#handled.batches++;
    this.#handled.messages += block.messages;
    this.#handled.bytes += block.bytes;
    this.#finish(begun);
  }

  #takeBack(begun: readonly BatchInFlight[], cause: unknown): void {
    const { logger, topic } = this.#options;
    const partitions = begun.map(({ partition }) => partition);
    logger.warn({ err: cause, topic, partitions }, 'a block is given back, to be delivered again');
    // When stopping, it stays unfinished, so that no later block is committed past it.
    if (this.#stopping === undefined) this.#finish(begun);
  }

  #finish(begun: readonly BatchInFlight[]): void {
    const offsets = begun.flatMap((batch) => {
      const offset = this.#order.finish(batch, this.#generation);
      return offset === undefined ? [] : [{ partition: batch.partition, offset }];
    });
    if (offsets.length > 0) this.#commit(offsets);
  }

  #commit(offsets: readonly { readonly partition: number; readonly offset: number }[]): void {
    if (this.#fault !== undefined) return;
    const { topic, logger } = this.#options;
    const generation = this.#generation;
    for (const { partition, offset } of offsets) this.#positions.acknowledged(partition, offset);
    // One after the other: a late retry of an earlier commit must not set the group back.
    this.#commits = this.#commits.then(async () => {
      if (generation !== this.#generation || this.#hasLeft) return;
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

  #lookSoon(): void {
    if (this.#stopping !== undefined) return;
    const millis = Math.min(LOOK_MILLIS, (this.#options.standstillMillis ?? STANDSTILL_MILLIS) / 4);
    this.#nextLook = setTimeout(() => void this.#look().finally(() => this.#lookSoon()), millis).unref();
  }

  /** Ends the consumer when the log moves and it does not. */
  async #look(): Promise<void> {
    const ends = await this.#options.readEnds().catch(() => undefined);
    if (this.#stopping !== undefined) return;
    // A broker that is away is waited for, by kafkajs too; a new process could do no more.
    if (ends === undefined) return this.#watch.alive();
    for (const { partition, end, next } of ends) {
      this.#positions.sawEnd(partition, end);
      this.#positions.beginsAt(partition, next);
    }
    const { lag = 0, ends: own } = this.#positions;
    const still = this.#watch.look({ lag, ends: own, blocksUnderWay: this.#underWay.size });
    if (still === undefined) return;
    const { topic } = this.#options;
    const text =
      `nothing of ${topic} was stored for ${Math.round(still / 1000)} s: ${lag} messages wait in partitions ` +
      `${[...own.keys()].join(', ')}, ${this.#underWay.size} blocks are under way, and no server is known to be away; ` +
      'this process is to be started anew, which loses nothing';
    this.#fail(new LogError(text, { retryable: true }));
  }

  #fail(fault: unknown): void {
    if (this.#fault !== undefined) return;
    this.#fault = fault;
    this.#stopping ??= this.#leave();
  }

  async #leave(): Promise<void> {
    const { topic, logger, stopMillis = STOP_MILLIS } = this.#options;
    clearTimeout(this.#nextLook);
    try {
      this.#consumer.pause([{ topic }]);
    } catch {
      // Not running any more, so there is nothing to pause.
    }
    this.#drop();
    this.#giveUp();
    const finished = async () => {
      await Promise.allSettled([...this.#running]);
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
      `${this.#underWay.size} blocks with ${messagesInFlight} messages of ${this.#options.topic} were not stored within ` +
      `${stopMillis / 1000} s and are abandoned; nothing is lost, they are delivered again`;
    return new LogError(text, { retryable: true });
  }
}
