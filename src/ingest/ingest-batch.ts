// The ingest loop's step: one batch of the log, from bytes to durable rows. Acknowledging is the caller's.
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
import { decodeMessage, type MessageLimits } from './decode-message.ts';
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
}

export interface IngestCounts {
  readonly messages: number;
  readonly events: number;
  readonly rejected: number;
}

export const FROM_TOPIC: IngestOptions = { source: 'topic', history: false };

/**
 * Resolves once every message is stored, as an event or as a dead letter; nothing of the batch is skipped.
 * Rejects with the Store's or the log's error: the batch is then to be delivered again.
 */
export async function ingestBatch(
  { store, log, clock, newBatchId, logger }: IngestDependencies,
  batch: LogBatch,
  options: IngestOptions = FROM_TOPIC,
): Promise<IngestCounts> {
  const receivedAt = clock.now();
  const { topic, partition } = batch;
  const { history, source, signal = AbortSignal.timeout(DEFAULT_PATIENCE_MILLIS) } = options;
  const router = new EventRouter({ batchId: newBatchId(), receivedAt, topic, partition, history });
  const letters = decodeInto(router, batch, { receivedAt, limits: options.limits });
  const routed = router.build();
  const deadLetters = buildDeadLetters(letters, { source, topic, partition, receivedAt });
  const retry = { signal, logger };
  await retryOutage(() => writeBatch(store, { ...routed, deadLetters }), retry);
  // After the table, which is what people look at: a crash here publishes the copies again, never leaves them out.
  const copies = letters.map((letter) => toMessage(letter, batch));
  if (copies.length > 0) await retryOutage(() => log.publishDeadLetters(copies), retry);
  const messages = batch.messages.length;
  return { messages, events: messages - letters.length, rejected: letters.length };
}

/** One message after the other, decoded and routed at once: a batch of decoded events is what garbage collection costs. */
function decodeInto(
  router: EventRouter,
  batch: LogBatch,
  { receivedAt, limits }: { readonly receivedAt: EpochMicros; readonly limits: MessageLimits | undefined },
): readonly DeadLetter[] {
  const letters: DeadLetter[] = [];
  for (const { offset, value, headers, appendedAt } of batch.messages) {
    const decoded = decodeMessage(value, { receivedAt: appendedAt ?? receivedAt }, limits);
    if (decoded.ok) router.add(decoded.event, offset);
    else letters.push({ offset, body: value ?? new Uint8Array(), headers, rejection: decoded.rejection });
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
