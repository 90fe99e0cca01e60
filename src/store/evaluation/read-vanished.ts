// Accounts of which nothing is left, since it was taken back, and which have a signal that is not over.
import type { AccountId } from '../../model/ids.ts';
import type { Store } from '../../model/store.ts';
import type { EpochMicros } from '../../model/time.ts';

/** Of a close whose results are stored. Sorted. */
export async function readVanished(store: Store, tick: EpochMicros): Promise<readonly AccountId[]> {
  const rows = await store.query<{ account_id: AccountId }>({
    sql: `SELECT DISTINCT account_id FROM (
  SELECT account_id, rule, argMax(to, step) AS state FROM transitions FINAL
  WHERE account_id IN (SELECT account_id FROM retractions WHERE account_id != '')
  GROUP BY account_id, rule)
WHERE state != 'none' AND account_id NOT IN (SELECT account_id FROM results WHERE tick = {tick:UInt64})
ORDER BY account_id`,
    params: { tick },
    columns: ['account_id'],
  });
  return rows.map(({ account_id }) => account_id);
}
