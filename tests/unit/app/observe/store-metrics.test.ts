// The counted store is the same store: what its callers say of an insert reaches it.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Registry } from 'prom-client';
import { expect, onTestFinished, test } from 'vitest';
import { createStoreMetrics } from '../../../../src/app/observe/store-metrics.ts';
import { openStore } from '../../../../src/store/clickhouse-store.ts';

/** Takes what is sent and never answers. */
async function openSilentStore() {
  const server = createServer((request) => void request.resume());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const store = openStore({ url: `http://127.0.0.1:${port}`, database: 'x' });
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await store.close();
  });
  return store;
}

test('an insert that is not answered is cut after the time that its caller gave, and counted', async () => {
  const registry = new Registry();
  const store = createStoreMetrics(registry).observe(await openSilentStore());
  const block = { table: 'events', columns: ['a'], rows: 1, body: Buffer.from('1\n') };
  await expect(store.insert(block, { timeoutMillis: 50 })).rejects.toThrow('has not answered for 0.05 s');
  expect(await registry.metrics()).toContain(
    'tidemark_store_errors_total{operation="insert",retryable="true"} 1',
  );
}, 3000);
