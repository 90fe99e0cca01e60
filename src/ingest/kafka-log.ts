// The event log on Apache Kafka, through kafkajs. Topics and group carry the environment's prefix.
import { Buffer } from 'node:buffer';
import kafkajs, { type Admin, type Kafka, type logLevel, type Producer } from 'kafkajs';
import {
  type BatchHandler,
  type DeadLetterMessage,
  type EventLog,
  LogError,
  type LogLag,
  type LogMessage,
} from '../model/event-log.ts';
import type { IngestLogger } from './ingest-logger.ts';
import { registerKafkaCodecs } from './kafka-codecs.ts';
import { KafkaLogConsumer } from './kafka-consumer.ts';
import { Linger } from './linger.ts';

export type KafkaCompression = 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd';

export interface KafkaLogOptions {
  readonly brokers: readonly string[];
  /** Before the names of topics and group, such as `tidemark.`. */
  readonly prefix: string;
  /** Of topics that do not exist yet. */
  readonly partitions: number;
  /** Undefined: the broker's default. */
  readonly replicationFactor?: number;
  readonly compression?: KafkaCompression;
  readonly logger: IngestLogger;
  /** How long a message waits for others to be sent with it. */
  readonly lingerMillis?: number;
  /** Messages waiting beyond which `publish` is refused with a retryable LogError. */
  readonly maxPending?: number;
  /** How long a consumer that went without a word keeps its partitions. Default 30 seconds. */
  readonly sessionMillis?: number;
}

const CODEC_NAMES = { none: 'None', gzip: 'GZIP', snappy: 'Snappy', lz4: 'LZ4', zstd: 'ZSTD' } as const;

/** Kafka's own default limit of a message is 1 MiB with its envelope. */
const MAX_MESSAGE_BYTES = 1_000_000;
const MAX_BATCH = 2_000;
const ACKS_FROM_ALL_IN_SYNC = -1;

export const topicNames = (prefix: string): { readonly events: string; readonly deadLetters: string } => ({
  events: `${prefix}events`,
  deadLetters: `${prefix}dead-letters`,
});

const groupName = (prefix: string): string => `${prefix}ingest`;

/** Connects, and creates the topics that are missing. Rejects with LogError when no broker answers. */
export async function createKafkaLog(options: KafkaLogOptions): Promise<EventLog> {
  registerKafkaCodecs();
  const kafka = createClient(options);
  const admin = kafka.admin();
  // Not kafkajs's idempotent producer: one request at a time, and a duplicate is one row by its id anyway.
  const producer = kafka.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
  try {
    await Promise.all([admin.connect(), producer.connect()]);
    await createTopics(admin, options);
  } catch (cause) {
    await Promise.allSettled([admin.disconnect(), producer.disconnect()]);
    throw toLogError(`no connection to Kafka at ${options.brokers.join(', ')}`, cause);
  }
  return new KafkaLog({ options, kafka, admin, producer });
}

interface KafkaParts {
  readonly options: KafkaLogOptions;
  readonly kafka: Kafka;
  readonly admin: Admin;
  readonly producer: Producer;
}

class KafkaLog implements EventLog {
  readonly #parts: KafkaParts;
  readonly #topics: { readonly events: string; readonly deadLetters: string };
  readonly #linger: Linger<LogMessage>;
  readonly #consumers: KafkaLogConsumer[] = [];

  constructor(parts: KafkaParts) {
    this.#parts = parts;
    this.#topics = topicNames(parts.options.prefix);
    this.#linger = new Linger({
      lingerMillis: parts.options.lingerMillis ?? 5,
      maxItems: MAX_BATCH,
      flush: (messages) => this.#send(this.#topics.events, messages),
    });
  }

  async publish(messages: readonly LogMessage[]): Promise<void> {
    const tooLarge = messages.find(({ value }) => value.length > MAX_MESSAGE_BYTES);
    // Refused alone: Kafka would refuse everything that is sent with it.
    if (tooLarge !== undefined) {
      const text = `a message has ${tooLarge.value.length} bytes; Kafka takes ${MAX_MESSAGE_BYTES}`;
      throw new LogError(text, { retryable: false });
    }
    const maxPending = this.#parts.options.maxPending ?? 200_000;
    if (this.#linger.pending + messages.length > maxPending) {
      throw new LogError(`${this.#linger.pending} events wait for Kafka already`, { retryable: true });
    }
    await this.#linger.add(messages);
  }

  async publishDeadLetters(messages: readonly DeadLetterMessage[]): Promise<void> {
    await this.#send(this.#topics.deadLetters, messages.map(cutToFit));
  }

  async consume(handler: BatchHandler): Promise<KafkaLogConsumer> {
    const { kafka, options } = this.#parts;
    const consumer = new KafkaLogConsumer({
      kafka,
      topic: this.#topics.events,
      group: groupName(options.prefix),
      handler,
      logger: options.logger,
      sessionMillis: options.sessionMillis,
      lag: () => this.#lag(),
    });
    this.#consumers.push(consumer);
    try {
      await consumer.start();
    } catch (cause) {
      throw toLogError(`no consuming of ${this.#topics.events}`, cause);
    }
    return consumer;
  }

  async close(): Promise<void> {
    await Promise.all(this.#consumers.map((consumer) => consumer.stop()));
    await this.#linger.drain();
    await Promise.all([this.#parts.producer.disconnect(), this.#parts.admin.disconnect()]);
  }

  async #send(topic: string, messages: readonly (LogMessage | DeadLetterMessage)[]): Promise<void> {
    const { producer, options } = this.#parts;
    try {
      await producer.send({
        topic,
        acks: ACKS_FROM_ALL_IN_SYNC,
        compression: kafkajs.CompressionTypes[CODEC_NAMES[options.compression ?? 'none']],
        messages: messages.map((message) => ({
          key: message.key,
          value: asBuffer(message.value),
          ...('headers' in message && { headers: message.headers }),
        })),
      });
    } catch (cause) {
      throw toLogError(`Kafka did not take ${messages.length} messages for ${topic}`, cause);
    }
  }

  async #lag(): Promise<LogLag> {
    const { admin, options } = this.#parts;
    const topic = this.#topics.events;
    const [ends, groups] = await Promise.all([
      admin.fetchTopicOffsets(topic),
      admin.fetchOffsets({ groupId: groupName(options.prefix), topics: [topic] }),
    ]);
    const committed = new Map(
      groups[0]?.partitions.map(({ partition, offset }) => [partition, Number(offset)]),
    );
    const behind = ends.map(({ partition, high, low }) => {
      const at = committed.get(partition) ?? -1;
      // Nothing committed yet: everything that is still in the log.
      return Number(high) - (at < 0 ? Number(low) : at);
    });
    return { messages: behind.reduce((sum, count) => sum + Math.max(0, count), 0) };
  }
}

function createClient({ brokers, logger }: KafkaLogOptions): Kafka {
  return new kafkajs.Kafka({
    clientId: 'tidemark',
    brokers: [...brokers],
    logLevel: kafkajs.logLevel.WARN,
    logCreator: () => (entry) => report(logger, entry.level, entry.log),
  });
}

function report(logger: IngestLogger, level: logLevel, log: { readonly message: string }): void {
  // Errors too: kafkajs calls each attempt of its own retries an error. What it gives up on rejects `stopped`.
  if (level <= kafkajs.logLevel.WARN) logger.warn({ kafka: log }, `kafka: ${log.message}`);
}

async function createTopics(admin: Admin, options: KafkaLogOptions): Promise<void> {
  const { events, deadLetters } = topicNames(options.prefix);
  const existing = new Set(await admin.listTopics());
  const replicationFactor = options.replicationFactor ?? -1;
  const topics = [
    { topic: events, numPartitions: options.partitions, replicationFactor },
    { topic: deadLetters, numPartitions: 1, replicationFactor },
  ].filter(({ topic }) => !existing.has(topic));
  if (topics.length > 0) await admin.createTopics({ topics, waitForLeaders: true });
}

/** A copy that Kafka takes in any case: the whole body stands in the table, and a refusal would block the partition. */
function cutToFit(message: DeadLetterMessage): DeadLetterMessage {
  if (message.value.length <= MAX_MESSAGE_BYTES / 2) return message;
  return {
    ...message,
    value: message.value.subarray(0, MAX_MESSAGE_BYTES / 2),
    headers: { ...message.headers, truncated: 'true' },
  };
}

const asBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function toLogError(what: string, cause: unknown): LogError {
  const because = cause instanceof Error ? cause.message : String(cause);
  const permanent =
    cause instanceof Error &&
    'type' in cause &&
    (cause.type === 'MESSAGE_TOO_LARGE' || cause.type === 'INVALID_RECORD');
  return new LogError(`${what}: ${because}`, { retryable: !permanent, cause });
}
