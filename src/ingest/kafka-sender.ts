// Sends messages to Kafka in pieces that a broker takes: kafkajs makes one record batch of all that goes to a
// partition, and the broker's limit (message.max.bytes, 1 MiB unless set) is on that batch, not on a message.
import { Buffer } from 'node:buffer';
import kafkajs, { type CompressionTypes, type Producer } from 'kafkajs';
import { LogError, type LogMessage } from '../model/event-log.ts';

export interface SendableMessage extends LogMessage {
  readonly headers?: Readonly<Record<string, string>>;
}

export interface KafkaSenderOptions {
  readonly producer: Producer;
  readonly compression: CompressionTypes;
}

/** Half of what brokers take, so that an estimate of a message's envelope is enough. */
const BYTES_PER_SEND = 500_000;
const ENVELOPE_BYTES = 64;
const ACKS_FROM_ALL_IN_SYNC = -1;
/** What Kafka says of a batch that one message in it may have spoiled. */
const REFUSALS = new Set(['MESSAGE_TOO_LARGE', 'INVALID_RECORD', 'RECORD_LIST_TOO_LARGE']);

export class KafkaSender {
  readonly #options: KafkaSenderOptions;

  constructor(options: KafkaSenderOptions) {
    this.#options = options;
  }

  /**
   * @returns the messages that Kafka refuses even alone, which no repetition changes; all others are durable.
   * Rejects with a retryable LogError when Kafka could not be asked; some messages may then be durable already.
   */
  async send<Message extends SendableMessage>(
    topic: string,
    messages: readonly Message[],
  ): Promise<readonly Message[]> {
    const refused: Message[] = [];
    const waiting = cutBySize(messages);
    for (let chunk = waiting.shift(); chunk !== undefined; chunk = waiting.shift()) {
      if (await this.#isTaken(topic, chunk)) continue;
      const middle = Math.ceil(chunk.length / 2);
      if (chunk.length === 1) refused.push(...chunk);
      else waiting.unshift(chunk.slice(0, middle), chunk.slice(middle));
    }
    return refused;
  }

  /** False when the broker has refused the chunk for what is in it. */
  async #isTaken(topic: string, chunk: readonly SendableMessage[]): Promise<boolean> {
    const { producer, compression } = this.#options;
    const messages = chunk.map((message) => ({
      key: message.key,
      value: asBuffer(message.value),
      ...(message.headers && { headers: message.headers }),
    }));
    try {
      await producer.send({ topic, acks: ACKS_FROM_ALL_IN_SYNC, compression, messages });
      return true;
    } catch (cause) {
      if (cause instanceof kafkajs.KafkaJSProtocolError && REFUSALS.has(cause.type)) return false;
      const because = cause instanceof Error ? cause.message : String(cause);
      const text = `Kafka did not take ${chunk.length} messages for ${topic}: ${because}`;
      throw new LogError(text, { retryable: true, cause });
    }
  }
}

function cutBySize<Message extends SendableMessage>(messages: readonly Message[]): Message[][] {
  const chunks: Message[][] = [];
  let room = 0;
  for (const message of messages) {
    const size = sizeOf(message);
    const last = chunks.at(-1);
    if (last === undefined || size > room) {
      chunks.push([message]);
      room = BYTES_PER_SEND - size;
    } else {
      last.push(message);
      room -= size;
    }
  }
  return chunks;
}

function sizeOf({ key, value, headers }: SendableMessage): number {
  let size = ENVELOPE_BYTES + Buffer.byteLength(key) + value.length;
  for (const name in headers) size += Buffer.byteLength(name) + Buffer.byteLength(headers[name] ?? '') + 4;
  return size;
}

const asBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
