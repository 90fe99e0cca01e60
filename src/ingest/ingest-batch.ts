// The ingest loop's step: one block of the log, from bytes to durable rows. Acknowledging is the caller's.
import type { Clock } from '../model/clock.ts';
import type { DeadLetterMessage, EventLog, LogBatch } from '../model/event-log.ts';
import type { BatchId } from '../model/ids.ts';
import type { Store } from '../model/store.ts';
import type { EpochMicros } from '../model/time.ts';
import {
  buildDeadLetters,
  type DeadLetter,
  type DeadLetterSource,
  headersText,
} from './build-dead-letters.ts';
import { decodeLogged, type MessageLimits } from './decode-message.ts';
import { EventRouter } from './event-router.ts';
import type { IngestLogger } from './ingest-logger.ts';
import { retryOutage } from './retry-outage.ts';
import { writeBatch } from './write-batch.ts';

export interface IngestDependencies {
  readonly store: Store;
  readonly log: Pick<EventLog, 'publishDeadLetters'>;
  readonly clock: Clock;
  readonly newBatchId: () => BatchId;
  /** Told of an outage that lasts. */
  readonly logger?: IngestLogger;
}

const DEFAULT_PATIENCE_MILLIS = 30_000;

export interface IngestOptions {
  readonly source: Exclude<DeadLetterSource, 'collector'>;
  /** True for imports: rows are known since the event's own time. */
  readonly history: boolean;
  readonly limits?: MessageLimits;
  /** A store that is away is waited for until this aborts; default: half a minute. */
  readonly signal?: AbortSignal;
  /** Called at each refusal of the store that is waited out. */
  readonly onWait?: () => void;
}

export interface IngestCounts {
  readonly messages: number;
  readonly events: number;
  readonly rejected: number;
}

export const FROM_TOPIC: IngestOptions = { source: 'topic', history: false };

/** `ingestBlock` of one partition's messages. */
export const ingestBatch = (
  dependencies: IngestDependencies,
  batch: LogBatch,
  options: IngestOptions = FROM_TOPIC,
): Promise<IngestCounts> => ingestBlock(dependencies, [batch], options);

/**
 * Resolves once every message is stored, as an event or as a dead letter; nothing of the block is skipped.
 * Rejects with the Store's or the log's error: the block is then to be delivered again.
 */
export async function ingestBlock(
  { store, log, clock, newBatchId, logger }: IngestDependencies,
  block: readonly LogBatch[],
  options: IngestOptions = FROM_TOPIC,
): Promise<IngestCounts> {
  const receivedAt = clock.now();
  const { history, source, signal = AbortSignal.timeout(DEFAULT_PATIENCE_MILLIS) } = options;
  const [first] = block;
  if (first === undefined) return { messages: 0, events: 0, rejected: 0 };
  const { topic, partition } = first;
  const router = new EventRouter({ batchId: newBatchId(), receivedAt, topic, partition, history });
  const refused = block.map((batch) => ({
    batch,
    letters: decodeInto(router, batch, { receivedAt, limits: options.limits }),
  }));
  const routed = router.build();
  const deadLetters = refused.flatMap(({ batch, letters }) =>
    buildDeadLetters(letters, { source, topic: batch.topic, partition: batch.partition, receivedAt }),
  );
  const retry = { signal, logger, onWait: options.onWait };
  await retryOutage(() => writeBatch(store, { ...routed, deadLetters }), retry);
  // After the table, which is what people look at: a crash here publishes the copies again, never leaves them out.
  const copies = refused.flatMap(({ batch, letters }) => letters.map((letter) => toMessage(letter, batch)));
  if (copies.length > 0) await retryOutage(() => log.publishDeadLetters(copies), retry);
  const messages = block.reduce((sum, batch) => sum + batch.messages.length, 0);
  return { messages, events: messages - copies.length, rejected: copies.length };
}

/** One message after the other, decoded and routed at once: a batch of decoded events is what garbage collection costs. */
function decodeInto(
  router: EventRouter,
  batch: LogBatch,
  { receivedAt, limits }: { readonly receivedAt: EpochMicros; readonly limits: MessageLimits | undefined },
): readonly DeadLetter[] {
  const letters: DeadLetter[] = [];
  router.moveTo(batch);
  for (const { offset, value, headers, appendedAt } of batch.messages) {
    const context = { receivedAt: appendedAt ?? receivedAt };
    const decoded = decodeLogged({ value, headers }, context, limits);
    if (decoded.ok) for (const event of decoded.events) router.add(event, offset);
    else {
      const body = value ?? new Uint8Array();
      letters.push({ offset, body, appendedAt, headers, rejection: decoded.rejection });
    }
  }
  return letters;
}

function toMessage(
  { offset, body, headers, rejection }: DeadLetter,
  { topic, partition }: LogBatch,
): DeadLetterMessage {
  return {
    key: `${topic}/${partition}/${offset}`,
    value: body,
    headers: {
      topic,
      partition: String(partition),
      offset: String(offset),
      reason: rejection.reason,
      detail: rejection.detail,
      ...(headers !== undefined && { headers: headersText(headers) }),
    },
  };
}
