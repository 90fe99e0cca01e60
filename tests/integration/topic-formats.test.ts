// What producers already write to Kafka, in every format that is taken from the topic, ends as exact rows; and what
// cannot be read keeps the headers that say what it was.
import { randomUUID } from 'node:crypto';
import { CloudEvent, Kafka as CloudEventsKafka } from 'cloudevents';
import kafkajs, { type Message } from 'kafkajs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { decodeLogged } from '../../src/ingest/decode-message.ts';
import { ingestBlock } from '../../src/ingest/ingest-batch.ts';
import { createKafkaLog, topicNames } from '../../src/ingest/kafka-log.ts';
import type { EventLog } from '../../src/model/event-log.ts';
import type { BatchId } from '../../src/model/ids.ts';
import type { Store } from '../../src/model/store.ts';
import type { EpochMicros } from '../../src/model/time.ts';
import { startTestEngine, type TestEngine } from './support/engine.ts';
import { kafkaBrokers } from './support/kafka.ts';

const AT = '2026-03-01T09:30:00.120Z';
const PREFIX = `formats-${Date.now().toString(36)}.`;
const WAIT = { timeout: 45_000, interval: 100 };
const logger = { info: () => {}, warn: () => {}, error: () => {} };
const clock = { now: () => (Date.now() * 1000) as EpochMicros };

let engine: TestEngine;
let store: Store;
let log: EventLog;
let brokers: readonly string[] = [];

beforeAll(async () => {
  [engine, brokers] = await Promise.all([startTestEngine(), kafkaBrokers()]);
  store = await engine.openDatabase();
  log = await createKafkaLog({ brokers, prefix: PREFIX, partitions: 2, logger });
  await log.consume(async (block) => {
    await ingestBlock({ store, log, clock, newBatchId: () => randomUUID() as BatchId }, block);
  });
});

afterAll(async () => {
  await log?.close();
  await engine?.stop();
});

async function produce(messages: readonly Message[]): Promise<void> {
  const kafka = new kafkajs.Kafka({ brokers: [...brokers], logLevel: kafkajs.logLevel.NOTHING });
  const producer = kafka.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
  await producer.connect();
  await producer.send({ topic: topicNames(PREFIX).events, messages: [...messages] });
  await producer.disconnect();
}

const rows = async (sql: string): Promise<readonly (readonly unknown[])[]> =>
  (await store.query<Record<string, unknown>>({ sql, params: {}, columns: [] })).map((row) =>
    Object.values(row),
  );

const cloudEvent = (fields: object): CloudEvent<unknown> =>
  new CloudEvent({
    source: '/chat',
    type: 'cloud',
    subject: 'acme',
    userid: 'ann',
    time: AT,
    data: { text: 'ü😀' },
    ...fields,
  });

/** As the SDK makes it; it leaves it to its user to write data as bytes. */
function toMessage({ headers, value }: { readonly headers: object; readonly value: unknown }): Message {
  const given = Object.entries(headers).filter(([, text]) => text !== undefined);
  const bytes = typeof value === 'string' || Buffer.isBuffer(value) ? value : JSON.stringify(value);
  return { key: null, value: bytes, headers: Object.fromEntries(given) };
}

it('canonical, Segment’s, PostHog’s and CloudEvents in both modes become exact rows, however often they come', async () => {
  const json = (value: object): Message => ({ key: null, value: JSON.stringify(value) });
  const said = { user_id: 'ann', timestamp: AT };
  const messages = Array.from({ length: 20 }, (_, n) => [
    json({
      ...said,
      type: 'track',
      id: `c${n}`,
      account_id: 'acme',
      event: 'canonical',
      properties: { text: 'ü😀' },
    }),
    json({
      type: 'track',
      messageId: `s${n}`,
      userId: 'ann',
      event: 'segment',
      timestamp: AT,
      context: { groupId: 'acme' },
      properties: { text: 'ü😀' },
    }),
    json({
      event: 'posthog',
      distinct_id: 'ann',
      uuid: `p${n}`,
      timestamp: AT,
      properties: { text: 'ü😀', $groups: { company: 'acme' } },
    }),
    toMessage(CloudEventsKafka.structured(cloudEvent({ id: `structured${n}` }))),
    toMessage(CloudEventsKafka.binary(cloudEvent({ id: `binary${n}` }))),
    json(cloudEvent({ id: `bare${n}` }).toJSON()),
    // Of the same event in another mode.
    toMessage(CloudEventsKafka.binary(cloudEvent({ id: `structured${n}` }))),
  ]).flat();
  await produce(messages);
  await produce(messages);
  await produce([
    json({
      ...said,
      type: 'track',
      id: 'last',
      account_id: 'acme',
      event: 'canonical',
      properties: { text: 'ü😀' },
    }),
  ]);
  await expect.poll(async () => (await log.lag()).messages, WAIT).toBe(0);

  expect(
    await rows(
      `SELECT event, account_id, user_id, count(), uniqExact(id), uniqExact(toString(timestamp)), any(properties) FROM events
       GROUP BY ALL ORDER BY ALL`,
    ),
  ).toEqual([
    ['canonical', 'acme', 'ann', '21', '21', '1', '{"text":"ü😀"}'],
    ['cloud', 'acme', 'ann', '60', '60', '1', '{"text":"ü😀"}'],
    ['posthog', 'acme', 'ann', '20', '20', '1', '{"text":"ü😀","$groups":{"company":"acme"}}'],
    ['segment', 'acme', 'ann', '20', '20', '1', '{"text":"ü😀"}'],
  ]);
  expect(await rows('SELECT count() FROM dead_letters')).toEqual([['0']]);
});

it('users and accounts are told by CloudEvents too, and by each thing that a message of PostHog says', async () => {
  await produce([
    toMessage(
      CloudEventsKafka.binary(cloudEvent({ id: 'g', type: 'tidemark.group', data: { plan: 'pro' } })),
    ),
    toMessage(
      CloudEventsKafka.structured(
        cloudEvent({ id: 'i', type: 'tidemark.identify', data: { role: 'owner' } }),
      ),
    ),
    {
      key: null,
      value: JSON.stringify({
        event: '$identify',
        distinct_id: 'bob',
        uuid: 'b',
        timestamp: AT,
        properties: {
          $set: { role: 'admin' },
          $set_once: { source: 'ad' },
          $anon_distinct_id: 'anonymous-7',
        },
      }),
    },
  ]);
  const traits = 'SELECT user_id, trait, value FROM user_traits FINAL ORDER BY ALL';
  await expect
    .poll(() => rows(traits), WAIT)
    .toEqual([
      ['ann', 'role', '"owner"'],
      ['bob', 'role', '"admin"'],
      ['bob', 'source', '"ad"'],
    ]);
  await expect
    .poll(() => rows('SELECT account_id, value FROM account_traits FINAL'), WAIT)
    .toEqual([['acme', '"pro"']]);
  expect(await rows('SELECT user_id, account_id FROM memberships FINAL')).toEqual([['ann', 'acme']]);
  expect(await rows('SELECT user_id, previous_id FROM user_aliases FINAL')).toEqual([['bob', 'anonymous-7']]);
});

it('a binary CloudEvent that cannot be read is a dead letter with its headers, from which it can be read again', async () => {
  const { headers } = toMessage(CloudEventsKafka.binary(cloudEvent({ id: 'bad', subject: 'Grüße\t1' })));
  const message = { key: null, value: '{"text":', ...(headers !== undefined && { headers }) };
  await produce([message, message]);
  const letters = "SELECT reason, body, headers FROM dead_letters FINAL WHERE reason = 'invalid_json'";
  await expect.poll(async () => (await rows(letters)).length, WAIT).toBe(2);
  const [[, body, kept] = []] = await rows(letters);
  expect(body).toBe('{"text":');
  expect(JSON.parse(String(kept))).toMatchObject({
    ce_id: 'bad',
    ce_subject: 'Grüße\t1',
    ce_type: 'cloud',
  });
  const corrected = { value: Buffer.from(`${body}"x"}`), headers: JSON.parse(String(kept)) };
  expect(decodeLogged(corrected, { receivedAt: clock.now() })).toMatchObject({
    ok: true,
    events: [{ id: '/chat bad', accountId: 'Grüße\t1', userId: 'ann', properties: { text: 'x' } }],
  });
});
