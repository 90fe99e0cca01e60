// How many signals are open, where they are too many to be listed. It reads every transition.
import type { Store } from '../../model/store.ts';

/** Of one rule, or of all. */
export async function countOpenSignals(store: Store, rule?: string): Promise<number> {
  const [row] = await store.query<{ count: string }>({
    sql: `SELECT count() AS count
FROM (
  SELECT argMax(to, step) AS state
  FROM transitions FINAL${rule === undefined ? '' : '\n  WHERE rule = {rule:String}'}
  GROUP BY account_id, rule
  HAVING state IN ('open', 'recovering')
)`,
    params: rule === undefined ? {} : { rule },
    columns: ['count'],
  });
  return Number(row?.count ?? 0);
}
