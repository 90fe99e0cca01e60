// A rate limit holds for a whole sink: what it costs while hundreds of signals wait for it.
import { expect, it } from 'vitest';
import { startHubSpotStandIn } from '../../demo/hubspot/start-stand-in.ts';
import { systemClock } from '../../src/app/system-clock.ts';
import type { DeliveryKey, DeliveryRecord } from '../../src/model/delivery.ts';
import type { EpisodeId, SinkName } from '../../src/model/ids.ts';
import type { EpochMicros } from '../../src/model/time.ts';
import { deliverSignal } from '../../src/sinks/deliver-signal.ts';
import { openInProcessQueue } from '../../src/sinks/in-process-queue.ts';
import { openSink } from '../../src/sinks/open-sink.ts';
import { sinkConfigSchema } from '../../src/sinks/sink-config.ts';
import { buildSignal } from '../unit/sinks/build-signal.ts';

const TOKEN = 'paused-token';
const CRM = 'crm' as SinkName;
const KEYS = 200;
const AT_ONCE = 8;

it('a sink that answered 429 once costs no rows and no requests for the signals that wait', async () => {
  const standIn = await startHubSpotStandIn({ token: TOKEN, retryAfterSeconds: 1 });
  const config = sinkConfigSchema.parse({ type: 'hubspot', token: TOKEN, base_url: standIn.url });
  const sinks = new Map([[CRM, openSink(CRM, config, { clock: systemClock, write: () => undefined })]]);
  const keys = Array.from(
    { length: KEYS },
    (_, i): DeliveryKey => ({ episode: `ep_${i}` as EpisodeId, sink: CRM }),
  );
  const rows: DeliveryRecord[] = [];
  let loads = 0;
  let rounds = 0;
  const queue = openInProcessQueue({ onFault: ({ error }) => console.error(error) });
  await queue.work(
    (key) =>
      deliverSignal({
        key,
        sinks,
        clock: systemClock,
        random: () => 0,
        load: async ({ episode }) => {
          loads += 1;
          const records = rows.filter((row) => row.key.episode === episode);
          const signal = buildSignal({ episode });
          return { signal, records, sinkSince: 0 as EpochMicros, deliverOpen: false, released: false };
        },
        record: async (row) => void rows.push(row),
        report: (report) => {
          if ('skipped' in report) rounds += 1;
        },
      }),
    { concurrency: AT_ONCE },
  );
  standIn.failNext('rate_limited');
  await queue.trigger(keys);
  await expect.poll(() => standIn.tasks().length, { timeout: 20_000 }).toBe(KEYS);
  await queue.close();

  expect(rounds).toBeGreaterThanOrEqual(KEYS - AT_ONCE);
  // Those under way when the limit came have tried in vain once.
  expect(rows.length).toBeLessThanOrEqual(2 * (KEYS + AT_ONCE));
  expect(loads).toBeLessThanOrEqual(KEYS + AT_ONCE);
  expect(standIn.requests().filter(({ status }) => status === 429)).toHaveLength(1);
  await standIn.close();
});
