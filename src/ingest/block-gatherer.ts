// Gathers what partitions bring into one block, bounded by count and bytes: with many partitions a fetch brings a few
// messages of each, and an insert of few rows costs ClickHouse as much as one of many. Knows neither Kafka nor time.
import type { LogBatch, LoggedMessage } from '../model/event-log.ts';
import type { EpochMicros } from '../model/time.ts';

export interface BlockLimits {
  readonly maxMessages: number;
  readonly maxBytes: number;
}

export interface GatheredBlock {
  readonly batches: readonly LogBatch[];
  readonly messages: number;
  /** Of keys and values. */
  readonly bytes: number;
  /** When the log took the first message that says so. */
  readonly oldestAt: EpochMicros | undefined;
}

export class BlockGatherer {
  readonly #topic: string;
  readonly #limits: BlockLimits;
  #byPartition = new Map<number, LoggedMessage[]>();
  #messages = 0;
  #bytes = 0;
  #oldestAt: EpochMicros | undefined;

  constructor({ topic, limits }: { readonly topic: string; readonly limits: BlockLimits }) {
    this.#topic = topic;
    this.#limits = limits;
  }

  get isEmpty(): boolean {
    return this.#messages === 0;
  }

  /** A message that is larger than a block has one of its own. */
  hasRoomFor(message: LoggedMessage): boolean {
    if (this.#messages === 0) return true;
    const { maxMessages, maxBytes } = this.#limits;
    return this.#messages < maxMessages && this.#bytes + sizeOf(message) <= maxBytes;
  }

  /** In the order of each partition. */
  add(partition: number, message: LoggedMessage): void {
    const known = this.#byPartition.get(partition);
    if (known === undefined) this.#byPartition.set(partition, [message]);
    else known.push(message);
    this.#messages++;
    this.#bytes += sizeOf(message);
    const { appendedAt } = message;
    if (appendedAt !== undefined && appendedAt < (this.#oldestAt ?? Number.POSITIVE_INFINITY))
      this.#oldestAt = appendedAt;
  }

  /** What is gathered so far, which it keeps. */
  look(): GatheredBlock {
    return {
      batches: [...this.#byPartition].map(([partition, messages]) => ({
        topic: this.#topic,
        partition,
        messages,
      })),
      messages: this.#messages,
      bytes: this.#bytes,
      oldestAt: this.#oldestAt,
    };
  }

  /** What is gathered so far; begins anew. */
  take(): GatheredBlock {
    const block = this.look();
    this.#byPartition = new Map();
    this.#messages = 0;
    this.#bytes = 0;
    this.#oldestAt = undefined;
    return block;
  }
}

const sizeOf = ({ key, value }: LoggedMessage): number => (key?.length ?? 0) + (value?.length ?? 0);
