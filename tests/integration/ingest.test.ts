// From Kafka into the real engine: every kind of message ends in the table it belongs to, once, byte for byte.
import { randomUUID } from 'node:crypto';
import kafkajs from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ingestBatch, ingestBlock } from '../../src/ingest/ingest-batch.ts';
import { createKafkaLog, topicNames } from '../../src/ingest/kafka-log.ts';
import type { EventLog } from '../../src/model/event-log.ts';
import type { BatchId } from '../../src/model/ids.ts';
import type { Store } from '../../src/model/store.ts';
import type { EpochMicros } from '../../src/model/time.ts';
import { startTestEngine, type TestEngine } from './support/engine.ts';
import { kafkaBrokers } from './support/kafka.ts';

const logger = { info: () => {}, warn: () => {}, error: () => {} };
const clock = { now: () => (Date.now() * 1000) as EpochMicros };
const WAIT = { timeout: 45_000, interval: 100 };

let engine: TestEngine;
let store: Store;
let brokers: readonly string[] = [];
const opened: EventLog[] = [];

beforeAll(async () => {
  [engine, brokers] = await Promise.all([startTestEngine(), kafkaBrokers()]);
  store = await engine.openDatabase();
});

afterAll(async () => {
  await Promise.allSettled(opened.map((log) => log.close()));
  await engine?.stop();
});

async function openLog(prefix: string): Promise<EventLog> {
  const log = await createKafkaLog({ brokers, prefix, partitions: 2, logger });
  opened.push(log);
  return log;
}

async function produce(prefix: string, values: readonly (string | Buffer | null)[]): Promise<void> {
  const kafka = new kafkajs.Kafka({ brokers: [...brokers], logLevel: kafkajs.logLevel.NOTHING });
  const producer = kafka.producer();
  await producer.connect();
  await producer.send({
    topic: topicNames(prefix).events,
    messages: values.map((value) => ({ key: null, value })),
  });
  await producer.disconnect();
}

const select = (sql: string): Promise<readonly Record<string, unknown>[]> =>
  store.query<Record<string, unknown>>({ sql, params: {}, columns: [] });

const count = async (table: string): Promise<number> =>
  Number((await select(`SELECT count() AS n FROM ${table} FINAL`))[0]?.n);

const track = (fields: object = {}): string =>
  JSON.stringify({
    type: 'track',
    id: randomUUID(),
    account_id: 'acme',
    user_id: 'ann',
    event: 'login',
    timestamp: '2026-03-01T09:30:00.120Z',
    properties: {},
    ...fields,
  });

describe('events from Kafka', () => {
  const prefix = `ingest-${Date.now().toString(36)}.`;
  const awkward = 'tab\t newline\n return\r back\\slash \0 \\N quote\'" ü 😀';

  it('are stored, and what is no event is a dead letter that holds nothing up', async () => {
    const log = await openLog(prefix);
    const notUtf8 = Buffer.from([0x7b, 0xff, 0x09, 0x0a, 0x5c, 0x00, 0x7d]);
    await produce(prefix, [
      track({ id: 'a', account_id: awkward, event: awkward, properties: { [awkward]: awkward } }),
      null,
      '{"type":',
      notUtf8,
      track({ id: 'b', account_id: undefined }),
      track({ timestamp: '9999-01-01' }),
      track({ id: 'c', timestamp: '1971-01-01' }),
      JSON.stringify({ type: 'identify', messageId: 'd', userId: 'ann', traits: { role: null } }),
      JSON.stringify({ type: 'group', id: 'e', account_id: 'acme', user_id: 'ann', traits: { plan: 'pro' } }),
      JSON.stringify({ type: 'group', id: 'f', account_id: 'empty' }),
      track({ id: 'a', account_id: awkward, event: awkward, properties: { [awkward]: awkward } }),
    ]);
    await log.consume(async (block) => {
      await ingestBlock({ store, log, clock, newBatchId: () => randomUUID() as BatchId }, block);
    });
    await expect.poll(() => count('dead_letters'), WAIT).toBe(4);
    await expect.poll(() => count('usage_events'), WAIT).toBe(2);
    await expect.poll(() => count('unattributed_events'), WAIT).toBe(1);
    await expect.poll(() => count('memberships'), WAIT).toBe(1);
    const [stored] = await select(
      "SELECT account_id, event, toString(timestamp) AS at, properties FROM usage_events FINAL WHERE id = 'a'",
    );
    expect(stored).toMatchObject({ account_id: awkward, event: awkward, at: '2026-03-01 09:30:00.120' });
    expect(JSON.parse(String(stored?.properties))).toEqual({ [awkward]: awkward });
    expect(await select("SELECT toString(timestamp) AS at FROM usage_events WHERE id = 'c'")).toEqual([
      { at: '1971-01-01 00:00:00.000' },
    ]);
    expect(await select('SELECT reason FROM dead_letters FINAL ORDER BY reason')).toEqual(
      ['empty_message', 'invalid_json', 'invalid_utf8', 'timestamp_out_of_range'].map((reason) => ({
        reason,
      })),
    );
    expect(await select("SELECT hex(body) AS body FROM dead_letters WHERE reason = 'invalid_utf8'")).toEqual([
      { body: notUtf8.toString('hex').toUpperCase() },
    ]);
    expect(await select('SELECT user_id, trait, value FROM user_traits FINAL')).toEqual([
      { user_id: 'ann', trait: 'role', value: 'null' },
    ]);
    expect(await select('SELECT account_id FROM accounts FINAL ORDER BY account_id')).toEqual(
      ['acme', 'empty', awkward].map((account_id) => ({ account_id })),
    );
  });

  it('are announced by account, event and day', async () => {
    const sql = `SELECT DISTINCT account_id, user_id, event, toString(day) AS day FROM changed_account_days
WHERE event NOT IN ('login', '') ORDER BY account_id`;
    await expect
      .poll(() => select(sql), WAIT)
      .toEqual([
        { account_id: '', user_id: 'ann', event: '*', day: '1970-01-01' },
        { account_id: awkward, user_id: '', event: awkward, day: '2026-03-01' },
      ]);
  });

  it('are stored although five thousand messages before them are none', async () => {
    const before = await count('dead_letters');
    const flooded = `flood-${Date.now().toString(36)}.`;
    const log = await openLog(flooded);
    const nonsense = Array.from({ length: 5000 }, (_, n) => `{"nonsense ${n}": ${'x'.repeat(120)}`);
    await produce(flooded, nonsense);
    await produce(flooded, [track({ id: 'after' })]);
    await log.consume(async (block) => {
      await ingestBlock({ store, log, clock, newBatchId: () => randomUUID() as BatchId }, block);
    });
    const after = "SELECT count() AS n FROM usage_events FINAL WHERE id = 'after'";
    await expect.poll(async () => (await select(after))[0]?.n, WAIT).toBe('1');
    await expect.poll(() => count('dead_letters'), WAIT).toBe(before + 5000);
    await expect.poll(async () => (await log.lag()).messages, WAIT).toBe(0);
  });

  it('over more than a hundred months are stored in one batch', async () => {
    const before = await count('usage_events');
    const messages = Array.from({ length: 250 }, (_, month) => ({
      offset: month,
      key: null,
      value: Buffer.from(track({ timestamp: new Date(Date.UTC(1990, month, 3)).toISOString() })),
    }));
    const log = { publishDeadLetters: async () => {} };
    const dependencies = { store, log, clock, newBatchId: () => randomUUID() as BatchId };
    await ingestBatch(
      dependencies,
      { topic: 'import:x', partition: 0, messages },
      { source: 'import', history: true },
    );
    expect(await count('usage_events')).toBe(before + 250);
  });
});
