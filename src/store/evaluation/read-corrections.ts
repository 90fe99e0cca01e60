// Which kinds of corrections a project has, and which of them are new to a tick.
import type { Corrections } from '../../model/corrections.ts';
import { mayBeUnannounced } from '../../model/first-received.ts';
import type { Store } from '../../model/store.ts';
import type { EpochMicros } from '../../model/time.ts';

export async function readCorrections(store: Store): Promise<Corrections> {
  const [row] = await store.query<{ aliases: string; retractions: string }>({
    sql: 'SELECT (SELECT count() FROM user_aliases) AS aliases, (SELECT count() FROM retractions) AS retractions',
    params: {},
    columns: ['aliases', 'retractions'],
  });
  return { aliases: Number(row?.aliases ?? 0) > 0, retractions: Number(row?.retractions ?? 0) > 0 };
}

const TAKEN = 'SELECT batch_id FROM taken_batches WHERE tick = {tick:UInt64}';

/** True when a batch that the tick took takes something back, or may: see mayBeUnannounced. */
export async function hasNewRetractions(store: Store, tick: EpochMicros): Promise<boolean> {
  const [row] = await store.query<{ found: string }>({
    sql: `SELECT count() AS found FROM retractions
WHERE received_at IN (SELECT received_at FROM taken_batches WHERE tick = {tick:UInt64})
  OR if(account_id != '', account_id, user_id) IN (
    SELECT if(account_id != '', account_id, user_id) FROM changed_account_days WHERE batch_id IN (${TAKEN}))
    AND ${mayBeUnannounced('received_at')}`,
    params: { tick },
    columns: ['found'],
  });
  return Number(row?.found ?? 0) > 0;
}
