// Since when events wait to be evaluated.
import type { Store } from '../../model/store.ts';
import type { EpochMicros } from '../../model/time.ts';

/** When the oldest batch was received that no tick has applied; undefined when there is none. */
export async function readOldestWaiting(store: Store): Promise<EpochMicros | undefined> {
  const [row] = await store.query<{ at: string; waiting: string }>({
    sql: `SELECT toUnixTimestamp64Micro(min(received_at)) AS at, count() AS waiting
FROM announced_batches
WHERE batch_id NOT IN (
  SELECT batch_id FROM taken_batches
  WHERE tick IN (SELECT tick FROM evaluations WHERE phase = 'finished' AND applied AND kind = 'tick'))`,
    params: {},
    columns: ['at', 'waiting'],
  });
  return row === undefined || Number(row.waiting) === 0 ? undefined : (Number(row.at) as EpochMicros);
}
