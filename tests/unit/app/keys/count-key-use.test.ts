import { expect, it } from 'vitest';
import { countKeyUse } from '../../../../src/app/keys/count-key-use.ts';
import type { EpochMicros } from '../../../../src/model/time.ts';
import { recordingStore, rowsOf } from '../../ingest/build.ts';

const NOON = Date.UTC(2026, 2, 1, 12) * 1000;
const DAY = 86_400_000_000;
const web = (accepted: number, rejected = 0) => ({ keyName: 'web', accepted, rejected });

function counter(failing: Set<string> = new Set()) {
  const store = recordingStore(failing);
  let now = NOON;
  const warnings: string[] = [];
  const counting = countKeyUse({
    store,
    clock: { now: () => now as EpochMicros },
    logger: { warn: (_, message) => void warnings.push(message) },
    writer: 'w1',
    everyMs: 5,
  });
  const rows = () => rowsOf(store.blocks, 'write_key_counts');
  const setNow = (micros: number): void => {
    now = micros;
  };
  return { ...counting, rows, warnings, setNow };
}

it('writes a total of each key and day when it stops, and nothing when nobody came', async () => {
  const nobody = counter();
  await nobody.stop();
  expect(nobody.rows()).toEqual([]);
  const { count, stop, rows, setNow } = counter();
  count(web(2, 1));
  count(web(3));
  count({ keyName: 'app', accepted: 1, rejected: 0 });
  count({ keyName: undefined, accepted: 0, rejected: 0 });
  setNow(NOON + DAY);
  count(web(1));
  await stop();
  const total = {
    writer: 'w1',
    accepted: '5',
    rejected: '1',
    requests: '2',
    last_at: '2026-03-01 12:00:00.000',
  };
  expect(rows()).toEqual([
    { name: 'web', day: '2026-03-01', ...total },
    { name: 'app', day: '2026-03-01', ...total, accepted: '1', rejected: '0', requests: '1' },
    {
      name: 'web',
      day: '2026-03-02',
      writer: 'w1',
      accepted: '1',
      rejected: '0',
      requests: '1',
      last_at: '2026-03-02 12:00:00.000',
    },
  ]);
});

it('writes again with what came since once the store is back', async () => {
  const failing = new Set(['write_key_counts']);
  const { count, stop, rows, warnings } = counter(failing);
  count(web(2));
  await expect.poll(() => warnings.length).toBeGreaterThan(0);
  failing.clear();
  count(web(3));
  await stop();
  expect(rows().at(-1)).toMatchObject({ requests: '2', accepted: '5' });
});
