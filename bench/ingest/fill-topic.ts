// Fills a topic with distinct canonical events of about 350 bytes, as a product with ten thousand accounts sends them.
import { randomUUID } from 'node:crypto';
import kafkajs from 'kafkajs';

export interface FillOptions {
  readonly brokers: readonly string[];
  readonly topic: string;
  readonly partitions: number;
  readonly events: number;
  readonly compression: 'none' | 'lz4';
}

export interface Filled {
  /** Mean length of a message's value. */
  readonly bytesPerEvent: number;
}

const MESSAGES_PER_BATCH = 2_000;
const BATCHES_AT_ONCE = 8;
const ACCOUNTS = 10_000;
const DAY_MILLIS = 86_400_000;
const EVENT_NAMES = [
  ...['message_sent', 'page_viewed', 'document_edited', 'search_run', 'file_uploaded', 'comment_added'],
  ...['login', 'reaction_added', 'task_completed', 'report_opened', 'export_started', 'member_invited'],
];

/** Needs the codecs registered. */
export async function fillTopic(options: FillOptions): Promise<Filled> {
  const { brokers, topic, partitions, events, compression } = options;
  const kafka = new kafkajs.Kafka({ brokers: [...brokers], logLevel: kafkajs.logLevel.NOTHING });
  const producer = kafka.producer({ createPartitioner: () => () => 0 });
  await producer.connect();
  const codec = compression === 'lz4' ? kafkajs.CompressionTypes.LZ4 : kafkajs.CompressionTypes.None;
  const from = Date.now() - DAY_MILLIS;
  let bytes = 0;
  let sent = 0;
  const sendNext = async (): Promise<void> => {
    while (sent < events) {
      const first = sent;
      sent += Math.min(MESSAGES_PER_BATCH, events - first);
      const partition = (first / MESSAGES_PER_BATCH) % partitions;
      const messages = Array.from({ length: sent - first }, (_, index) => {
        const value = writeEvent(first + index, from + ((first + index) / events) * DAY_MILLIS);
        bytes += value.length;
        return { partition, key: null, value };
      });
      await producer.send({ topic, compression: codec, messages });
    }
  };
  await Promise.all(Array.from({ length: BATCHES_AT_ONCE }, sendNext));
  await producer.disconnect();
  return { bytesPerEvent: bytes / events };
}

/** Squared, so that few accounts and few events make most of the traffic, as they do. */
const skewed = (below: number): number => Math.floor(Math.random() ** 2 * below);

function writeEvent(number: number, at: number): string {
  const account = skewed(ACCOUNTS);
  const user = `user-${account}-${skewed(40)}@customer-${account}.example`;
  return `{"type":"track","id":"${randomUUID()}","account_id":"account-${account}","user_id":"${user}","event":"${EVENT_NAMES[skewed(EVENT_NAMES.length)]}","timestamp":"${new Date(at).toISOString()}","properties":{"channel":"general-${skewed(500)}","length":${skewed(2_000)},"device":"desktop","locale":"en-GB","plan":"team","app_version":"4.12.${skewed(9)}","session":"${(number * 7919).toString(36)}","first":${number % 50 === 0}}}`;
}
