// The event log of embedded mode: what is published goes straight to the consumer's handler, and is durable once
// the handler has stored it. Keeps nothing itself.
import { Buffer } from 'node:buffer';
import type { Clock } from '../model/clock.ts';
import {
  type BatchHandler,
  type EventLog,
  type LogConsumer,
  LogError,
  type LoggedMessage,
  type LogMessage,
} from '../model/event-log.ts';
import { BlockGatherer, type GatheredBlock } from './block-gatherer.ts';
import { BLOCK_LIMITS } from './consumer-bounds.ts';
import { Linger } from './linger.ts';

export interface DirectLogOptions {
  readonly clock: Clock;
  readonly lingerMillis?: number;
  /** Messages that are handed over without waiting for more. */
  readonly maxBatch?: number;
  /** Messages waiting beyond which `publish` is refused with a retryable LogError. */
  readonly maxPending?: number;
  /** How long a publish waits out a store that is away before it is refused, to be tried again. */
  readonly patienceMillis?: number;
}

const DIRECT_TOPIC = 'direct';
/** What only a log with partitions has. */
const NO_PARTITIONS = {
  partitions: 1,
  bytesInFlight: 0,
  oldestInFlightAt: undefined,
  rebalances: 0,
} as const;

export function createDirectLog({
  clock,
  lingerMillis = 50,
  maxBatch = 20_000,
  maxPending = 200_000,
  patienceMillis = 30_000,
}: DirectLogOptions): EventLog {
  let handler: BatchHandler | undefined;
  let isStopping = false;
  let giveUp = new AbortController();
  // Starts at the time in microseconds, so that no place is ever used twice, restarts included.
  let nextOffset: number = clock.now();
  const handled = { messages: 0, bytes: 0, batches: 0 };

  const linger = new Linger<LogMessage>({
    lingerMillis,
    maxItems: maxBatch,
    flush: async (messages) => {
      if (handler === undefined) throw refusal('nobody consumes the events: start the ingest role');
      const appendedAt = clock.now();
      const logged = messages.map(
        ({ key, value }): LoggedMessage => ({
          offset: nextOffset++,
          key: Buffer.from(key),
          value,
          appendedAt,
        }),
      );
      // Not AbortSignal.any of a timeout: Node 20 lets the garbage collector take it before it has fired.
      giveUp = new AbortController();
      if (isStopping) giveUp.abort();
      const timer = setTimeout(() => giveUp.abort(), patienceMillis);
      try {
        for (const block of cutIntoBlocks(logged)) {
          await handler(block.batches, giveUp.signal, () => undefined);
          handled.batches++;
          handled.messages += block.messages;
          handled.bytes += block.bytes;
        }
      } catch (cause) {
        throw refusal(`the events could not be stored: ${messageOf(cause)}`, cause);
      } finally {
        clearTimeout(timer);
      }
    },
  });

  return {
    publish: async (messages) => {
      if (linger.pending + messages.length > maxPending)
        throw refusal(`${linger.pending} events wait already`);
      await linger.add(messages);
    },
    consume: async (given) => {
      handler = given;
      isStopping = false;
      const { promise: stopped, resolve } = withResolvers();
      const consumer: LogConsumer = {
        stopped,
        stop: async () => {
          // What can be stored still is; what waits for a store that is away is refused at once.
          isStopping = true;
          giveUp.abort();
          await linger.drain();
          handler = undefined;
          resolve();
        },
        figures: () => ({
          ...handled,
          ...NO_PARTITIONS,
          messagesInFlight: linger.unsettled,
          lag: linger.unsettled,
        }),
      };
      return consumer;
    },
    // There is no dead-letter topic; the table has them.
    publishDeadLetters: async () => {},
    lag: async () => ({ messages: linger.unsettled }),
    close: () => linger.drain(),
  };
}

/** What came while the store was away may be far more than one block. */
function cutIntoBlocks(messages: readonly LoggedMessage[]): readonly GatheredBlock[] {
  const gatherer = new BlockGatherer({ topic: DIRECT_TOPIC, limits: BLOCK_LIMITS });
  const blocks: GatheredBlock[] = [];
  for (const message of messages) {
    if (!gatherer.hasRoomFor(message)) blocks.push(gatherer.take());
    gatherer.add(0, message);
  }
  if (!gatherer.isEmpty) blocks.push(gatherer.take());
  return blocks;
}

const refusal = (reason: string, cause?: unknown): LogError =>
  new LogError(`direct log: ${reason}`, { retryable: true, cause });

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function withResolvers(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
