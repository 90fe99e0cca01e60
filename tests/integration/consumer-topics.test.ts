// What happens to a topic while it is consumed: partitions are added, it is deleted and made anew, a message comes in a
// codec that nobody knows.
import { Buffer } from 'node:buffer';
import kafkajs from 'kafkajs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createKafkaLog, topicNames } from '../../src/ingest/kafka-log.ts';
import type { EventLog, LogBatch, LogConsumer } from '../../src/model/event-log.ts';
import { kafkaBrokers } from './support/kafka.ts';

const logger = { info: () => {}, warn: () => {}, error: () => {} };
const run = Date.now().toString(36);
const WAIT = { timeout: 80_000, interval: 100 };

let kafka: kafkajs.Kafka;
let admin: kafkajs.Admin;
let brokers: readonly string[];
const logs: EventLog[] = [];

beforeAll(async () => {
  brokers = await kafkaBrokers();
  kafka = new kafkajs.Kafka({ brokers: [...brokers], logLevel: kafkajs.logLevel.NOTHING });
  admin = kafka.admin();
  await admin.connect();
});

afterAll(async () => {
  await Promise.allSettled(logs.map((log) => log.close()));
  await admin?.disconnect();
});

async function consume(name: string): Promise<{
  readonly topic: string;
  readonly log: EventLog;
  readonly consumer: LogConsumer;
  readonly received: Set<string>;
}> {
  const prefix = `topics-${run}-${name}.`;
  const log = await createKafkaLog({ brokers, prefix, partitions: 2, logger });
  logs.push(log);
  const received = new Set<string>();
  const consumer = await log.consume(async (block: readonly LogBatch[]) => {
    for (const { messages } of block)
      for (const { value } of messages) received.add(Buffer.from(value ?? []).toString());
  });
  return { topic: topicNames(prefix).events, log, consumer, received };
}

async function produce(topic: string, messages: readonly kafkajs.Message[]): Promise<void> {
  const producer = kafka.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
  await producer.connect();
  await producer.send({ topic, messages: [...messages] });
  await producer.disconnect();
}

test('partitions that are added while it runs are consumed from their beginning', {
  timeout: 100_000,
}, async () => {
  const { topic, consumer, received } = await consume('added');
  await produce(topic, [{ value: 'before', partition: 0 }]);
  await expect.poll(() => received.has('before'), WAIT).toBe(true);
  await admin.createPartitions({ topicPartitions: [{ topic, count: 4 }] });
  await produce(topic, [{ value: 'after', partition: 3 }]);
  await expect.poll(() => received.has('after'), WAIT).toBe(true);
  expect(consumer.figures()).toMatchObject({ partitions: 4, messagesInFlight: 0 });
  await expect.poll(() => consumer.figures().lag, WAIT).toBe(0);
});

test('a topic that is deleted and made anew is consumed from its beginning', {
  timeout: 100_000,
}, async () => {
  const { topic, consumer, received } = await consume('anew');
  await produce(topic, [{ value: 'a' }, { value: 'b' }, { value: 'c' }]);
  await expect.poll(() => received.size, WAIT).toBe(3);
  await admin.deleteTopics({ topics: [topic] });
  await expect.poll(async () => (await admin.listTopics()).includes(topic), WAIT).toBe(false);
  await admin.createTopics({ topics: [{ topic, numPartitions: 2 }], waitForLeaders: true });
  await produce(topic, [{ value: 'new', partition: 0 }]);
  const outcome = await Promise.race([
    expect
      .poll(() => received.has('new'), WAIT)
      .toBe(true)
      .then(() => 'consumed'),
    consumer.stopped.then(
      () => 'stopped',
      () => 'ended, to be started anew',
    ),
  ]);
  if (outcome === 'consumed') return;
  const next = await logs.at(-1)?.consume(async (block) => {
    for (const { messages } of block)
      for (const { value } of messages) received.add(Buffer.from(value ?? []).toString());
  });
  await expect.poll(() => received.has('new'), WAIT).toBe(true);
  await next?.stop();
});
