// A collector as `up` runs it, with nothing else around it: what it takes goes through the direct log into a store.

import { startIngest } from '../../../src/app/ingest.ts';
import { Meter } from '../../../src/app/meter.ts';
import { buildCollector } from '../../../src/ingest/collector/build-collector.ts';
import type { AnsweredRequest, CollectorOptions } from '../../../src/ingest/collector/collector.ts';
import { configuredKeys } from '../../../src/ingest/collector/write-keys.ts';
import { createDirectLog } from '../../../src/ingest/direct-log.ts';
import { writeRejected } from '../../../src/ingest/write-rejected.ts';
import type { Store } from '../../../src/model/store.ts';
import type { EpochMicros } from '../../../src/model/time.ts';
import { type FailingProxy, startFailingProxy } from './failing-proxy.ts';

export interface Collecting {
  /** In front of the collector; what it lets through is collected. */
  readonly proxy: FailingProxy;
  /** Of the collector itself. */
  readonly address: string;
  readonly answered: readonly AnsweredRequest[];
  /** The rows of a query, each as an array of its values. */
  rows(sql: string): Promise<readonly (readonly unknown[])[]>;
  stop(): Promise<void>;
}

/** With the key `client-write-key`, called client. */
export async function startCollecting(
  store: Store,
  options: Partial<CollectorOptions> = {},
): Promise<Collecting> {
  const clock = { now: () => (Date.now() * 1000) as EpochMicros };
  const logger = { info: () => {}, warn: () => {}, error: () => {} };
  const log = createDirectLog({ clock, lingerMillis: 5 });
  const consumer = await startIngest({
    store,
    log,
    clock,
    meter: new Meter(() => Date.now() / 1000),
    logger,
  });
  const answered: AnsweredRequest[] = [];
  const app = buildCollector({
    log,
    keys: configuredKeys([{ name: 'client', key: WRITE_KEY }]),
    clock,
    logger,
    onRejected: (items) => writeRejected({ store, log }, items),
    onAnswered: (request) => void answered.push(request),
    ...options,
  });
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  const proxy = await startFailingProxy(address);
  return {
    proxy,
    address,
    answered,
    rows: async (sql) => {
      const rows = await store.query<Record<string, unknown>>({ sql, params: {}, columns: [] });
      return rows.map((row) => Object.values(row));
    },
    stop: async () => {
      proxy.close();
      await app.close();
      await consumer.stop();
      await log.close();
    },
  };
}

export const WRITE_KEY = 'client-write-key';
