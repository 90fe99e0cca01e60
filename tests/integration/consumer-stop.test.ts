// `tidemark up --roles ingest` told to stop, as a real process: what is under way is finished and committed, or, when
// the store hangs, abandoned by the deadline and told; either way others have its partitions at once.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createKafkaLog } from '../../src/ingest/kafka-log.ts';
import type { EventLog } from '../../src/model/event-log.ts';
import type { Store } from '../../src/model/store.ts';
import { bundle } from '../support/run-tidemark.ts';
import { startTestEngine, type TestEngine } from './support/engine.ts';
import { kafkaBrokers } from './support/kafka.ts';
import { startRunner, type TidemarkRunner } from './support/run-tidemark.ts';
import { type SwallowingProxy, startSwallowingProxy } from './support/swallowing-proxy.ts';

const logger = { info: () => {}, warn: () => {}, error: () => {} };
const PREFIX = `test_stop_${process.pid}_${Date.now().toString(36)}`;

let folder: string;
let engine: TestEngine;
let store: Store;
let brokers: readonly string[];
let log: EventLog;
let proxy: SwallowingProxy;
const runners: TidemarkRunner[] = [];

beforeAll(async () => {
  bundle();
  [folder, engine, brokers] = await Promise.all([
    mkdtemp(join(tmpdir(), 'tidemark-stop-')),
    startTestEngine(),
    kafkaBrokers(),
  ]);
  store = await engine.openDatabase(PREFIX);
  log = await createKafkaLog({ brokers, prefix: `${PREFIX}.`, partitions: 3, logger });
  proxy = await startSwallowingProxy(engine.engine.url);
});

afterAll(async () => {
  await Promise.all(runners.map((runner) => runner.endAll()));
  await log?.close();
  await proxy?.close();
  await engine?.stop();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

/** An ingester whose ClickHouse is at this address. */
async function startIngester(name: string, address: string) {
  const { username, password } = engine.engine;
  const runner = startRunner({
    cwd: folder,
    env: {
      KAFKA_BROKERS: brokers.join(','),
      CLICKHOUSE_URL: `http://${username}:${password}@${address}`,
      TIDEMARK_PREFIX: PREFIX,
    },
  });
  runners.push(runner);
  return runner.up(name, '--roles', 'ingest');
}

const publish = (name: string, count: number): Promise<void> =>
  log.publish(
    Array.from({ length: count }, (_, n) => ({
      key: `${name}-${n}`,
      value: Buffer.from(
        JSON.stringify({
          type: 'track',
          id: `${name}-${n}`,
          account_id: 'acme',
          event: 'login',
          timestamp: new Date().toISOString(),
          properties: {},
        }),
      ),
    })),
  );

async function stored(): Promise<number> {
  const sql = 'SELECT count() AS n FROM usage_events FINAL';
  const [row] = await store.query<{ n: string }>({ sql, params: {}, columns: [] });
  return Number(row?.n);
}

test('an ingester that is told to stop at work commits what it has stored, and ends with 0', {
  timeout: 60_000,
}, async () => {
  const ingester = await startIngester('at work', new URL(engine.engine.url).host);
  for (let round = 0; round < 20; round++) await publish(`a${round}`, 1_000);
  await expect.poll(stored, { timeout: 20_000, interval: 20 }).toBeGreaterThan(0);
  expect(await ingester.stop()).toBe(0);
  const { messages } = await log.lag();
  expect(await stored()).toBe(20_000 - messages);
});

test('one whose store hangs says what it abandons, ends with 1, and the next one stores it at once', {
  timeout: 90_000,
}, async () => {
  const hanging = await startIngester('hanging', proxy.address);
  await expect.poll(stored, { timeout: 20_000 }).toBe(20_000);
  proxy.swallow();
  await publish('b', 1_000);
  // More than any question it asks beside its inserts.
  await expect.poll(() => proxy.swallowed(), { timeout: 20_000 }).toBeGreaterThan(30_000);
  expect(await hanging.stop()).toBe(1);
  expect(hanging.log()).toMatch(
    /blocks with \d+ messages of \S+ were not stored within 10 s and are abandoned/,
  );

  const startedAt = Date.now();
  const next = await startIngester('next', new URL(engine.engine.url).host);
  await expect.poll(stored, { timeout: 25_000 }).toBe(21_000);
  expect(Date.now() - startedAt).toBeLessThan(25_000);
  await expect.poll(async () => (await log.lag()).messages, { timeout: 10_000 }).toBe(0);
  expect(await next.stop()).toBe(0);
});
