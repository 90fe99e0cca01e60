// Values that were computed before the one statement, by the tick that did.
import type { Store } from '../../model/store.ts';
import type { EpochMicros } from '../../model/time.ts';

/** The close whose ranks among peers hold in a tick; 0 before the first. */
export async function readRankTick(store: Store): Promise<number> {
  const [row] = await store.query<{ tick: string }>({
    sql: `SELECT max(tick) AS tick FROM evaluations WHERE kind = 'close' AND phase = 'finished'`,
    params: {},
    columns: ['tick'],
  });
  return Number(row?.tick ?? 0);
}

/** Of a tick that is over, or that begins anew. */
export async function dropPrepared(store: Store, tick: EpochMicros): Promise<void> {
  for (const table of ['prepared_values', 'ranked_values'])
    await store.execute({ sql: `ALTER TABLE ${table} DROP PARTITION ${tick}`, params: {}, columns: [] });
}
