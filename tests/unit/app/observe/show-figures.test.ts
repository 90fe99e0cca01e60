// Figures that are asked for at a scrape: what is not known is missing, and never shown as nothing.
import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { showConsumer } from '../../../../src/app/observe/show-consumer.ts';
import { showProgress } from '../../../../src/app/observe/show-progress.ts';
import type { ConsumerFigures } from '../../../../src/model/event-log.ts';
import type { EpochMicros } from '../../../../src/model/time.ts';

const figures: ConsumerFigures = {
  messages: 1,
  bytes: 2,
  batches: 1,
  partitions: 4,
  messagesInFlight: 0,
  bytesInFlight: 0,
  lag: undefined,
  oldestInFlightAt: undefined,
  rebalances: 1,
};

test('a lag that is not known is missing, and shown once it is', async () => {
  const registry = new Registry();
  let lag: number | undefined;
  showConsumer({
    registry,
    consumer: { figures: () => ({ ...figures, lag }) },
    now: () => 0 as EpochMicros,
  });
  expect(await registry.metrics()).not.toMatch(/^tidemark_ingest_lag_messages/m);
  lag = 7;
  expect(await registry.metrics()).toMatch(/^tidemark_ingest_lag_messages 7$/m);
  lag = undefined;
  expect(await registry.metrics()).not.toMatch(/^tidemark_ingest_lag_messages/m);
});

test('tables that do not answer in time are a failure to read them, as ones that refuse are', async () => {
  for (const read of [() => new Promise<never>(() => {}), () => Promise.reject(new Error('away'))]) {
    const registry = new Registry();
    showProgress({ registry, read, patienceMs: 20 });
    await registry.metrics();
    const shown = await registry.metrics();
    expect(shown).not.toMatch(/^tidemark_signals_open/m);
    expect(Number(/^tidemark_metrics_read_failures_total (\d+)$/m.exec(shown)?.[1])).toBeGreaterThan(0);
  }
});
