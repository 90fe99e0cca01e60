// How many signals are open, where they are too many to be listed. It reads every transition.
import type { Store } from '../../model/store.ts';

/** Of the rules of these names; undefined: of all. */
export async function countOpenSignals(store: Store, rules?: readonly string[]): Promise<number> {
  const [row] = await store.query<{ count: string }>({
    sql: `SELECT count() AS count
FROM (
  SELECT argMax(to, step) AS state
  FROM transitions FINAL${rules === undefined ? '' : '\n  WHERE rule IN {rules:Array(String)}'}
  GROUP BY account_id, rule
  HAVING state IN ('open', 'recovering')
)`,
    params: rules === undefined ? {} : { rules },
    columns: ['count'],
  });
  return Number(row?.count ?? 0);
}
