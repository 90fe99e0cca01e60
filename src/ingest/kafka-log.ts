// The event log on Apache Kafka, through kafkajs. Topics and group carry the environment's prefix.
import kafkajs, { type Admin, type ITopicConfig, type Kafka, type logLevel, type Producer } from 'kafkajs';
import {
  type BatchHandler,
  type DeadLetterMessage,
  type EventLog,
  LogError,
  type LogLag,
  type LogMessage,
} from '../model/event-log.ts';
import { createTopics } from './create-topics.ts';
import type { IngestLogger } from './ingest-logger.ts';
import { registerKafkaCodecs } from './kafka-codecs.ts';
import { type ConsumerPatience, KafkaLogConsumer } from './kafka-consumer.ts';
import { KafkaSender } from './kafka-sender.ts';
import { Linger } from './linger.ts';
import { type LogEnd, readLogEnds } from './read-log-ends.ts';
import { settlesWithin } from './settles-within.ts';

export type KafkaCompression = 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd';

export interface KafkaLogOptions extends ConsumerPatience {
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
}

const CODEC_NAMES = { none: 'None', gzip: 'GZIP', snappy: 'Snappy', lz4: 'LZ4', zstd: 'ZSTD' } as const;

/** Kafka's own default limit of a message is 1 MiB with its envelope. */
const MAX_MESSAGE_BYTES = 1_000_000;
const MAX_BATCH = 2_000;
/** A broker answers such a question in milliseconds. */
const SILENCE_MILLIS = 5_000;
/** What is left of a dead letter's body where the topic takes no more. */
const LEAST_BODY_BYTES = 1_000;

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
    await createTopics(admin, topicsOf(options));
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
  readonly #sender: KafkaSender;
  readonly #linger: Linger<LogMessage>;
  readonly #consumers: KafkaLogConsumer[] = [];

  constructor(parts: KafkaParts) {
    this.#parts = parts;
    this.#topics = topicNames(parts.options.prefix);
    const { compression = 'none' } = parts.options;
    this.#sender = new KafkaSender({
      producer: parts.producer,
      compression: kafkajs.CompressionTypes[CODEC_NAMES[compression]],
    });
    this.#linger = new Linger({
      lingerMillis: parts.options.lingerMillis ?? 5,
      maxItems: MAX_BATCH,
      flush: async (messages) => {
        const refused = await this.#sender.send(this.#topics.events, messages);
        if (refused.length > 0) throw new Refusal(refused);
      },
    });
  }

  async publish(messages: readonly LogMessage[]): Promise<void> {
    const tooLarge = messages.find(({ value }) => value.length > MAX_MESSAGE_BYTES);
    if (tooLarge !== undefined) throw tooLargeForKafka(tooLarge);
    const maxPending = this.#parts.options.maxPending ?? 200_000;
    if (this.#linger.pending + messages.length > maxPending) {
      throw new LogError(`${this.#linger.pending} events wait for Kafka already`, { retryable: true });
    }
    try {
      await this.#linger.add(messages);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      // Others' messages that were sent in the same breath: ours are durable.
      const refused = messages.find((message) => error.refused.has(message));
      if (refused !== undefined) throw tooLargeForKafka(refused);
    }
  }

  async publishDeadLetters(messages: readonly DeadLetterMessage[]): Promise<void> {
    const topic = this.#topics.deadLetters;
    const refused = await this.#sender.send(topic, messages.map(cutTo(MAX_MESSAGE_BYTES / 2)));
    const lost = await this.#sender.send(topic, refused.map(cutTo(LEAST_BODY_BYTES)));
    // The table has them whole; to insist on the copies would hold up their partition for ever.
    if (lost.length > 0)
      this.#parts.options.logger.warn(
        { topic, count: lost.length },
        'Kafka refuses the copies of dead letters; they stand in the table dead_letters alone',
      );
  }

  async consume(handler: BatchHandler): Promise<KafkaLogConsumer> {
    const { kafka, options } = this.#parts;
    const consumer = new KafkaLogConsumer({
      kafka,
      topic: this.#topics.events,
      group: groupName(options.prefix),
      handler,
      logger: options.logger,
      readEnds: () => this.#readEndsAnyway(),
      sessionMillis: options.sessionMillis,
      standstillMillis: options.standstillMillis,
      stopMillis: options.stopMillis,
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
    // What they could not finish in time is told by their own `stop` and `stopped`.
    await Promise.allSettled(this.#consumers.map((consumer) => consumer.stop()));
    await this.#linger.drain();
    await Promise.all([this.#parts.producer.disconnect(), this.#parts.admin.disconnect()]);
  }

  async lag(): Promise<LogLag> {
    const ends = await this.#readEnds().catch((cause: unknown) => {
      throw toLogError(`Kafka does not say how far ${this.#topics.events} is consumed`, cause);
    });
    return { messages: ends.reduce((sum, { end, next }) => sum + Math.max(0, end - next), 0) };
  }

  #readEnds(admin: Admin = this.#parts.admin): Promise<readonly LogEnd[]> {
    return readLogEnds(admin, {
      topic: this.#topics.events,
      group: groupName(this.#parts.options.prefix),
    });
  }

  /** Over a new connection where the old one is silent: rejects only when no broker answers anybody. */
  async #readEndsAnyway(): Promise<readonly LogEnd[]> {
    const asked = this.#readEnds();
    if (await settlesWithin(SILENCE_MILLIS, asked)) {
      const answer = await asked.catch(() => undefined);
      if (answer !== undefined) return answer;
    }
    const admin = this.#parts.kafka.admin();
    try {
      await admin.connect();
      return await this.#readEnds(admin);
    } finally {
      await admin.disconnect().catch(() => undefined);
    }
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

function topicsOf(options: KafkaLogOptions): readonly ITopicConfig[] {
  const { events, deadLetters } = topicNames(options.prefix);
  const replicationFactor = options.replicationFactor ?? -1;
  return [
    { topic: events, numPartitions: options.partitions, replicationFactor },
    { topic: deadLetters, numPartitions: 1, replicationFactor },
  ];
}

/** The whole body stands in the table. */
const cutTo =
  (bytes: number) =>
  (message: DeadLetterMessage): DeadLetterMessage =>
    message.value.length <= bytes
      ? message
      : {
          ...message,
          value: message.value.subarray(0, bytes),
          headers: { ...message.headers, truncated: 'true' },
        };

/** Which messages of a flush Kafka does not take; all the others are durable. */
class Refusal extends Error {
  readonly refused: ReadonlySet<LogMessage>;

  constructor(refused: readonly LogMessage[]) {
    super(`Kafka refuses ${refused.length} messages`);
    this.refused = new Set(refused);
  }
}

const tooLargeForKafka = ({ value }: LogMessage): LogError =>
  new LogError(
    `Kafka refuses a message of ${value.length} bytes; it takes ${MAX_MESSAGE_BYTES}, or what max.message.bytes of the topic says`,
    { retryable: false },
  );

function toLogError(what: string, cause: unknown): LogError {
  const because = cause instanceof Error ? cause.message : String(cause);
  return new LogError(`${what}: ${because}`, { retryable: true, cause });
}
