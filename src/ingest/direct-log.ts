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
import type { EpochMicros } from '../model/time.ts';
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
const NO_PARTITIONS = { partitions: 1, rebalances: 0 } as const;
/** A store that is away refuses at once; one that took an insert may be silent for longer than anybody waits. */
const SILENCE_MILLIS = 1_000;
const STOP_MILLIS = 10_000;

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
  /** Publishes that are not settled, in the order in which they came. */
  const waiting = new Set<{ readonly since: EpochMicros; readonly bytes: number }>();

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
          const stored = handler(block.batches, giveUp.signal, () => undefined);
          // What it stores after that is sent again, and becomes the same rows.
          await boundedAfter(giveUp.signal, () => (isStopping ? STOP_MILLIS : SILENCE_MILLIS), stored);
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
      const mine = {
        since: clock.now(),
        bytes: sum(messages.map(({ key, value }) => key.length + value.length)),
      };
      waiting.add(mine);
      await linger.add(messages).finally(() => waiting.delete(mine));
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
          bytesInFlight: sum([...waiting].map(({ bytes }) => bytes)),
          oldestInFlightAt: [...waiting][0]?.since,
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

/** Settles as `work` does; rejects when it has not so long after the signal. */
async function boundedAfter(signal: AbortSignal, millis: () => number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  let begin = (): void => {};
  const tooLate = new Promise<never>((_, reject) => {
    begin = () => {
      timer = setTimeout(() => reject(new Error('ClickHouse has taken them and does not answer')), millis());
    };
  });
  if (signal.aborted) begin();
  else signal.addEventListener('abort', begin, { once: true });
  try {
    await Promise.race([work, tooLate]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', begin);
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);

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
