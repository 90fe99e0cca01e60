// How many signals are open, where they are too many to be listed. It reads every transition.
import type { Store } from '../../model/store.ts';

export async function countOpenSignals(store: Store): Promise<number> {
  const [row] = await store.query<{ count: string }>({
    sql: `SELECT count() AS count
FROM (
  SELECT argMax(to, step) AS state
  FROM transitions FINAL
  GROUP BY account_id, rule
  HAVING state IN ('open', 'recovering')
)`,
    params: {},
    columns: ['count'],
  });
  return Number(row?.count ?? 0);
}
