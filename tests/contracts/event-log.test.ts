// The event log's contract on both implementations, and what only Kafka has: codecs, copies, several consumers.
import kafkajs from 'kafkajs';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createDirectLog } from '../../src/ingest/direct-log.ts';
import { createKafkaLog, type KafkaCompression, topicNames } from '../../src/ingest/kafka-log.ts';
import type { EventLog, LogBatch } from '../../src/model/event-log.ts';
import type { EpochMicros } from '../../src/model/time.ts';
import { kafkaBrokers } from '../integration/support/kafka.ts';
import { bodies, describeEventLog, message } from './event-log.contract.ts';

const logger = { info: () => {}, warn: () => {}, error: () => {} };
const clock = { now: () => (Date.now() * 1000) as EpochMicros };
const run = Date.now().toString(36);
const WAIT = { timeout: 45_000, interval: 50 };

let brokers: readonly string[] = [];
const opened: EventLog[] = [];

async function openKafka(
  name: string,
  compression: KafkaCompression = 'none',
  partitions = 2,
): Promise<EventLog> {
  const log = await createKafkaLog({
    brokers,
    prefix: `test-${run}-${name}.`,
    partitions,
    compression,
    logger,
  });
  opened.push(log);
  return log;
}

beforeAll(async () => {
  brokers = await kafkaBrokers();
});

afterEach(async () => {
  await Promise.allSettled(opened.splice(0).map((log) => log.close()));
});

describeEventLog('direct', { keepsMessages: false, open: async () => createDirectLog({ clock }) });
describeEventLog('Kafka', { keepsMessages: true, open: (name) => openKafka(name) });

describe('event log: Kafka alone', () => {
  it.each(['gzip', 'snappy', 'lz4', 'zstd'] as const)('reads what was compressed with %s', async (codec) => {
    const log = await openKafka(codec, codec);
    const text = JSON.stringify({ text: 'compressible '.repeat(2000) });
    const received: LogBatch[] = [];
    await log.consume(async (block) => void received.push(...block));
    await log.publish(Array.from({ length: 20 }, (_, n) => message(`${n}`, text)));
    await expect.poll(() => bodies(received), WAIT).toEqual(Array.from({ length: 20 }, () => text));
  });

  it('hands over tombstones and null keys as they are', async () => {
    const log = await openKafka('nulls');
    const producer = new kafkajs.Kafka({
      brokers: [...brokers],
      logLevel: kafkajs.logLevel.NOTHING,
    }).producer();
    await producer.connect();
    await producer.send({
      topic: topicNames(`test-${run}-nulls.`).events,
      messages: [{ key: null, value: null }],
    });
    await producer.disconnect();
    const received: LogBatch[] = [];
    await log.consume(async (block) => void received.push(...block));
    await expect
      .poll(() => received.flatMap(({ messages }) => messages), WAIT)
      .toMatchObject([{ key: null, value: null }]);
  });

  it('shares the partitions among consumers and loses nothing when one leaves', async () => {
    const log = await openKafka('shared', 'none', 4);
    const other = await openKafka('shared', 'none', 4);
    const seen = new Set<string>();
    const collect = async (block: readonly LogBatch[]): Promise<void> => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      for (const body of bodies(block)) seen.add(body);
    };
    await log.consume(collect);
    const leaving = await other.consume(collect);
    for (let n = 0; n < 30; n++) {
      await log.publish(Array.from({ length: 10 }, (_, k) => message(`${n}-${k}`, `${n}-${k}`)));
      if (n === 15) await leaving.stop();
    }
    await expect.poll(() => seen.size, WAIT).toBe(300);
  });

  it('has a handler give back the batch of a partition that another consumer takes, and stores the rest', async () => {
    const log = await openKafka('taken', 'none', 2);
    const other = await openKafka('taken', 'none', 2);
    const both = Array.from({ length: 20 }, (_, n) => `${n}`);
    await log.publish(both.map((key) => message(key, key)));
    let isAway = true;
    let under = 0;
    const stored = new Set<string>();
    const waiting = await log.consume(async (block, signal) => {
      under++;
      while (isAway && !signal.aborted) await new Promise((resolve) => setTimeout(resolve, 20));
      if (signal.aborted) throw new Error('the store is away');
      for (const body of bodies(block)) stored.add(body);
    });
    await expect.poll(() => under, WAIT).toBeGreaterThan(0);
    const elsewhere = new Set<string>();
    await other.consume(async (block) => {
      for (const body of bodies(block)) elsewhere.add(body);
    });
    await expect.poll(() => elsewhere.size, WAIT).toBeGreaterThan(0);
    isAway = false;
    await expect.poll(() => stored.size + elsewhere.size, WAIT).toBe(20);
    await expect.poll(async () => (await log.lag()).messages, WAIT).toBe(0);
    await waiting.stop();
    await expect(waiting.stopped).resolves.toBeUndefined();
  });

  it('refuses a message that Kafka would not take, and does not call it worth a retry', async () => {
    const log = await openKafka('large');
    await expect(log.publish([message('1', 'x'.repeat(1_100_000))])).rejects.toMatchObject({
      retryable: false,
    });
  });

  it('takes its copies of small dead letters and large ones, where the topic has a lower limit', async () => {
    const log = await openKafka('small-letters');
    const topic = topicNames(`test-${run}-small-letters.`).deadLetters;
    await limitMessages(topic, 20_000);
    const headers = { reason: 'too_large' };
    await log.publishDeadLetters([
      { ...message('large', 'x'.repeat(300_000)), headers },
      ...Array.from({ length: 100 }, (_, n) => ({ ...message(`${n}`, 'x'.repeat(1000)), headers })),
    ]);
    await expect.poll(() => countOf(topic), WAIT).toBe(101);
  });

  it('refuses what is over the topic’s own limit, and nothing that was published beside it', async () => {
    const log = await openKafka('limited', 'none', 1);
    const topic = topicNames(`test-${run}-limited.`).events;
    await limitMessages(topic, 20_000);
    const settled = await Promise.allSettled([
      ...Array.from({ length: 100 }, (_, n) => log.publish([message(`${n}`, 'x'.repeat(1000))])),
      log.publish([message('large', 'x'.repeat(30_000))]),
    ]);
    expect(settled.slice(0, 100).map(({ status }) => status)).toEqual(Array(100).fill('fulfilled'));
    expect(settled.at(-1)).toMatchObject({ status: 'rejected', reason: { retryable: false } });
    expect(await countOf(topic)).toBe(100);
  });

  it('copies a dead letter with its place and reason as headers', async () => {
    const log = await openKafka('letters');
    const headers = { topic: 't', partition: '3', offset: '17', reason: 'invalid_json', detail: 'not JSON' };
    await log.publishDeadLetters([{ ...message('t/3/17', 'nonsense'), headers }]);
    expect(await firstOf(topicNames(`test-${run}-letters.`).deadLetters)).toEqual({
      value: 'nonsense',
      headers,
    });
  });

  it('says where it looked when no broker answers', async () => {
    const log = createKafkaLog({ brokers: ['127.0.0.1:1'], prefix: 'x.', partitions: 1, logger });
    await expect(log).rejects.toThrow('no connection to Kafka at 127.0.0.1:1');
  });
});

async function withAdmin<Result>(work: (admin: kafkajs.Admin) => Promise<Result>): Promise<Result> {
  const admin = new kafkajs.Kafka({ brokers: [...brokers], logLevel: kafkajs.logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}

const limitMessages = (topic: string, bytes: number): Promise<void> =>
  withAdmin(async (admin) => {
    const configEntries = [{ name: 'max.message.bytes', value: String(bytes) }];
    const resources = [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic, configEntries }];
    await admin.alterConfigs({ validateOnly: false, resources });
  });

const countOf = (topic: string): Promise<number> =>
  withAdmin(async (admin) =>
    (await admin.fetchTopicOffsets(topic)).reduce((sum, { high }) => sum + Number(high), 0),
  );

async function firstOf(topic: string): Promise<{ value: string; headers: Record<string, string> }> {
  const consumer = new kafkajs.Kafka({ brokers: [...brokers], logLevel: kafkajs.logLevel.NOTHING }).consumer({
    groupId: `reader-${topic}`,
  });
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  const first = new Promise<{ value: string; headers: Record<string, string> }>((resolve) => {
    void consumer.run({
      eachMessage: async ({ message: { value, headers } }) =>
        resolve({
          value: String(value),
          headers: Object.fromEntries(
            Object.entries(headers ?? {}).map(([name, text]) => [name, String(text)]),
          ),
        }),
    });
  });
  const found = await first;
  await consumer.disconnect();
  return found;
}
