// How many signals are alive, and how many of them wait for a person's word. It reads every transition.
import type { Store } from '../../model/store.ts';

export interface SignalCounts {
  /** Open and recovering. */
  readonly open: number;
  /** Of these, held back by max_new_per_day and not released since. */
  readonly held: number;
}

export async function countSignals(store: Store): Promise<SignalCounts> {
  const [row] = await store.query<{ open: string; held: string }>({
    sql: `SELECT count() AS open, countIf(was_held AND decided_at > released_at) AS held
FROM (
  SELECT
    rule,
    argMax(to, step) AS state,
    argMaxIf(held, step, to = 'open' AND from NOT IN ('open', 'recovering')) AS was_held,
    argMaxIf(evaluated_at, step, to = 'open' AND from NOT IN ('open', 'recovering')) AS decided_at
  FROM transitions FINAL
  GROUP BY account_id, rule
  HAVING state IN ('open', 'recovering')
) AS alive
LEFT JOIN (
  SELECT subject AS rule, max(releases.released_at) AS released_at FROM releases WHERE kind = 'rule' GROUP BY subject
) AS let_through USING (rule)`,
    params: {},
    columns: ['open', 'held'],
  });
  return { open: Number(row?.open ?? 0), held: Number(row?.held ?? 0) };
}
