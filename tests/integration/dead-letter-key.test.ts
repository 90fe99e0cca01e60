// Which dead letters are the same: one delivered again is, another one at the place of an old one is not.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ingestBatch } from '../../src/ingest/ingest-batch.ts';
import type { BatchId } from '../../src/model/ids.ts';
import type { Store } from '../../src/model/store.ts';
import type { EpochMicros } from '../../src/model/time.ts';
import { openStore } from '../../src/store/clickhouse-store.ts';
import { migrate } from '../../src/store/migrate.ts';
import { MIGRATIONS } from '../../src/store/migrations.ts';
import { readPipeline } from '../../src/store/read/read-pipeline.ts';
import { startTestEngine, type TestEngine } from './support/engine.ts';

const now = (): EpochMicros => (Date.now() * 1000) as EpochMicros;

let engine: TestEngine;
beforeAll(async () => {
  engine = await startTestEngine();
});
afterAll(() => engine?.stop());

/** What stood at offset 0 of a topic, and is no event. */
async function ingest(store: Store, body: string): Promise<void> {
  const log = { publishDeadLetters: async () => {} };
  const dependencies = { store, log, clock: { now }, newBatchId: () => randomUUID() as BatchId };
  const messages = [{ offset: 0, key: null, value: Buffer.from(body) }];
  await ingestBatch(dependencies, { topic: 'events', partition: 0, messages });
}

/** The same, by a version that knew less of it. */
const BEFORE = `INSERT INTO dead_letters (received_at, source, topic, partition, offset, reason, detail, body)
VALUES (now64(6), 'topic', 'events', 0, 0, 'invalid_json', '', '{old')`;

const bodies = async (store: Store): Promise<readonly string[]> => {
  const sql = 'SELECT body FROM dead_letters FINAL ORDER BY body';
  const rows = await store.query<{ body: string }>({ sql, params: {}, columns: [] });
  return rows.map(({ body }) => body);
};

it('a dead letter of a topic that was made anew stands beside the one of the old topic', async () => {
  const store = await engine.openDatabase();
  for (const body of ['{old', '{new', '{old']) await ingest(store, body);
  await store.execute({ sql: 'OPTIMIZE TABLE dead_letters FINAL', params: {}, columns: [] });
  expect(await bodies(store)).toEqual(['{new', '{old']);
  expect((await readPipeline(store)).deadLetters).toBe(2);
});

it('dead letters from before their content counted stay, and are the same when they are delivered again', async () => {
  const { url, username, password } = engine.engine;
  const connect = { url, username, password, database: 'older' };
  const own = MIGRATIONS.findIndex(({ name }) => name === 'dead-letter-key');
  await migrate({ connect, now: now(), migrations: MIGRATIONS.slice(0, own) });
  const store = openStore(connect);
  await store.execute({ sql: BEFORE, params: {}, columns: [] });
  await migrate({ connect, now: now() });
  for (const body of ['{old', '{new']) await ingest(store, body);
  await store.execute({ sql: 'OPTIMIZE TABLE dead_letters FINAL', params: {}, columns: [] });
  expect(await bodies(store)).toEqual(['{new', '{old']);
  await store.close();
});
