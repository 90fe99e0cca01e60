// The blocks that a consumer has in hands: one is gathered, two at most are with the handler, and what may be committed
// behind them is told in order. Knows partitions and offsets, and no Kafka.
import { setTimeout as sleep } from 'node:timers/promises';
import type { BatchHandler, ConsumerFigures, LoggedMessage } from '../model/event-log.ts';
import { BlockGatherer, type GatheredBlock } from './block-gatherer.ts';
import { type BatchInFlight, CommitOrder } from './commit-order.ts';
import { BLOCK_LIMITS, BLOCKS_AT_ONCE } from './consumer-bounds.ts';
import type { IngestLogger } from './ingest-logger.ts';

export interface Committable {
  readonly partition: number;
  /** One past the last message that is acknowledged. */
  readonly offset: number;
}

export interface BlocksInHandOptions {
  readonly topic: string;
  readonly handler: BatchHandler;
  readonly logger: IngestLogger;
  readonly commit: (offsets: readonly Committable[]) => void;
  /** A block was acknowledged, or its handler waits out an outage. */
  readonly alive: () => void;
  /** The handler met what no waiting mends. */
  readonly fail: (fault: unknown) => void;
}

interface UnderWay {
  readonly block: GatheredBlock;
  readonly giveUp: AbortController;
}

/** The batches of one fetch come right after each other. */
const LINGER_MILLIS = 10;

export class BlocksInHand {
  readonly #options: BlocksInHandOptions;
  readonly #gatherer: BlockGatherer;
  readonly #order = new CommitOrder();
  readonly #running = new Set<Promise<void>>();
  readonly #underWay = new Set<UnderWay>();
  readonly #handled = { messages: 0, bytes: 0, batches: 0 };
  #generation = 0;
  #hasHalted = false;
  #linger: NodeJS.Timeout | undefined;
  #isDue = false;

  constructor(options: BlocksInHandOptions) {
    this.#options = options;
    this.#gatherer = new BlockGatherer({ topic: options.topic, limits: BLOCK_LIMITS });
  }

  /** Counts assignments of partitions. */
  get generation(): number {
    return this.#generation;
  }

  get underWay(): number {
    return this.#underWay.size;
  }

  hasRoomFor(message: LoggedMessage): boolean {
    return this.#gatherer.hasRoomFor(message);
  }

  /** Handed over once the block is full, or has waited a moment for more. */
  add(partition: number, message: LoggedMessage): void {
    this.#gatherer.add(partition, message);
    this.#linger ??= setTimeout(() => {
      this.#isDue = true;
      this.handOver();
    }, LINGER_MILLIS);
  }

  /** False when as many are with the handler as may be. */
  handOver(): boolean {
    if (this.#gatherer.isEmpty) return true;
    if (this.#running.size >= BLOCKS_AT_ONCE) return false;
    this.#begin(this.#drop());
    return true;
  }

  /** Resolves when one of them has settled, at the latest after `millis`. */
  async oneSettles(millis: number): Promise<void> {
    await Promise.race([...this.#running, sleep(millis)]);
  }

  /**
   * The partitions were assigned anew, and each is read again from what is committed: what is gathered will come
   * again, and what is under way is not worth waiting out an outage for, whoever has its partitions now.
   */
  renew(): void {
    this.#generation++;
    this.#drop();
    this.#giveUp();
  }

  /** Nothing is handed over any more, and no outage waited out. */
  halt(): void {
    this.#hasHalted = true;
    this.#drop();
    this.#giveUp();
  }

  async allSettled(): Promise<void> {
    await Promise.allSettled([...this.#running]);
  }

  figures(): Omit<ConsumerFigures, 'partitions' | 'lag' | 'rebalances'> {
    const blocks = [...this.#underWay].map(({ block }) => block);
    if (!this.#gatherer.isEmpty) blocks.push(this.#gatherer.look());
    const times = blocks.flatMap(({ oldestAt }) => oldestAt ?? []);
    return {
      ...this.#handled,
      messagesInFlight: blocks.reduce((sum, { messages }) => sum + messages, 0),
      bytesInFlight: blocks.reduce((sum, { bytes }) => sum + bytes, 0),
      oldestInFlightAt: times.sort((a, b) => a - b)[0],
    };
  }

  #drop(): GatheredBlock {
    clearTimeout(this.#linger);
    this.#linger = undefined;
    this.#isDue = false;
    return this.#gatherer.take();
  }

  #giveUp(): void {
    for (const { giveUp } of this.#underWay) giveUp.abort();
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
      .handler(block.batches, signal, this.#options.alive)
      .then(
        () => this.#acknowledge(block, begun),
        (fault) => (signal.aborted ? this.#takeBack(begun, fault) : this.#options.fail(fault)),
      )
      .finally(() => {
        this.#underWay.delete(underWay);
        this.#running.delete(work);
        // What has waited for its turn need not linger.
        if (this.#isDue) this.handOver();
      });
    this.#running.add(work);
  }

  #acknowledge(block: GatheredBlock, begun: readonly BatchInFlight[]): void {
    this.#options.alive();
    this.#handled.batches++;
    this.#handled.messages += block.messages;
    this.#handled.bytes += block.bytes;
    this.#finish(begun);
  }

  #takeBack(begun: readonly BatchInFlight[], cause: unknown): void {
    const { logger, topic } = this.#options;
    const partitions = begun.map(({ partition }) => partition);
    logger.warn({ err: cause, topic, partitions }, 'a block is given back, to be delivered again');
    // When halted, it stays unfinished, so that no later block is committed past it.
    if (!this.#hasHalted) this.#finish(begun);
  }

  #finish(begun: readonly BatchInFlight[]): void {
    const offsets = begun.flatMap((batch) => {
      const offset = this.#order.finish(batch, this.#generation);
      return offset === undefined ? [] : [{ partition: batch.partition, offset }];
    });
    if (offsets.length > 0) this.#options.commit(offsets);
  }
}
