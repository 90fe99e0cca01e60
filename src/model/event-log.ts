// The port to the log of usage events: Kafka, or straight through to the consumer in embedded mode.
import type { EpochMicros } from './time.ts';

export interface LogMessage {
  readonly key: string;
  readonly value: Uint8Array;
}

/** A message as it stands in the log. A tombstone has a null value; producers may leave the key null. */
export interface LoggedMessage {
  readonly offset: number;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  /** Undefined when there are none, as with most producers. */
  readonly headers?: Readonly<Record<string, string>>;
  /** When the log took it, the same at every delivery; it stands in for a timestamp that the client left out. */
  readonly appendedAt?: EpochMicros;
}

/** Messages of one partition, offsets rising. */
export interface LogBatch {
  readonly topic: string;
  readonly partition: number;
  readonly messages: readonly LoggedMessage[];
}

/**
 * Takes a block: what several partitions brought, a batch of each. Resolving acknowledges all of it. The log may hand
 * over the next block while this one is under way, at most two at once, and commits only what lies before the first
 * message that is not acknowledged; a rejection stops the consumer, and everything not acknowledged is delivered again
 * to whoever consumes next.
 *
 * `signal` aborts when there is no more use in waiting out an outage: the consumer stops, another has taken a
 * partition, or whoever publishes has waited long enough. A rejection after that is no fault: it gives the block back.
 *
 * `waits` is to be called whenever the store has refused the block and is asked again: an outage that is waited out is
 * no standstill, which a new process would end.
 */
export type BatchHandler = (
  block: readonly LogBatch[],
  signal: AbortSignal,
  waits: () => void,
) => Promise<void>;

export interface LogLag {
  /** Published and not acknowledged yet, whoever consumes them. */
  readonly messages: number;
}

/** Of one consumer, in this process. */
export interface ConsumerFigures {
  /** Acknowledged since it started, with their bytes, and the blocks they came in. */
  readonly messages: number;
  readonly bytes: number;
  readonly batches: number;
  /** Partitions that it has now. */
  readonly partitions: number;
  /** In blocks, gathered or under way, and not acknowledged yet. */
  readonly messagesInFlight: number;
  readonly bytesInFlight: number;
  /** In its partitions and not acknowledged yet, at most some seconds old; undefined until the log was asked first. */
  readonly lag: number | undefined;
  /** When the log took the oldest message that is received and not acknowledged; undefined when there is none. */
  readonly oldestInFlightAt: EpochMicros | undefined;
  readonly rebalances: number;
}

export interface LogConsumer {
  /** Settles when the consumer has stopped: resolves after `stop`, rejects on a fault that needs a restart. */
  readonly stopped: Promise<void>;
  figures(): ConsumerFigures;
  /**
   * Takes no more blocks, lets those under way finish, commits, and leaves. Rejects when they do not in time: what was
   * left is delivered again.
   */
  stop(): Promise<void>;
}

export interface EventLog {
  /** Resolves once every message is durable (all in-sync replicas, or in ClickHouse); rejects with LogError. */
  publish(messages: readonly LogMessage[]): Promise<void>;
  /** At least once, in the order of each partition. */
  consume(handler: BatchHandler): Promise<LogConsumer>;
  /** Copies a message that could not be decoded, with its place and reason as headers, to the dead-letter topic. */
  publishDeadLetters(messages: readonly DeadLetterMessage[]): Promise<void>;
  /** Known to every process, whether it consumes or not. Rejects when the log cannot be asked. */
  lag(): Promise<LogLag>;
  close(): Promise<void>;
}

export interface DeadLetterMessage extends LogMessage {
  readonly headers: Readonly<Record<string, string>>;
}

export class LogError extends Error {
  override readonly name = 'LogError';
  /** True when the log was full or slow: the collector answers 429 or 503 with Retry-After. */
  readonly retryable: boolean;

  constructor(message: string, details: { readonly retryable: boolean; readonly cause?: unknown }) {
    super(message, { cause: details.cause });
    this.retryable = details.retryable;
  }
}
