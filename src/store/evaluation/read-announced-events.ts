// What the batches of a tick announced, in short: enough to tell which rules can open.
import type { Store } from '../../model/store.ts';
import type { EpochMicros } from '../../model/time.ts';

/**
 * Names of the events of the taken batches, and of those that moved to another account with what the batches stated;
 * NO_EVENT and EVERY_EVENT where something was stated. Also of batches that a close has applied: their accounts are
 * looked at again.
 */
export async function readAnnouncedEvents(store: Store, tick: EpochMicros): Promise<ReadonlySet<string>> {
  const rows = await store.query<{ event: string }>({
    sql: `SELECT DISTINCT event FROM changed_account_days
WHERE batch_id IN (SELECT batch_id FROM taken_batches WHERE tick = {tick:UInt64})
UNION DISTINCT SELECT DISTINCT event FROM changed_days WHERE tick = {tick:UInt64}`,
    params: { tick },
    columns: ['event'],
  });
  return new Set(rows.map(({ event }) => event));
}
