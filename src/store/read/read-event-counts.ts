// Every event name that was ever stored, and how often, for the check of rules.
import type { Store } from '../../model/store.ts';

/** Copies are counted too. Rejects with a StoreError, also when it takes longer than two seconds. */
export async function readEventCounts(store: Store): Promise<ReadonlyMap<string, number>> {
  const rows = await store.query<{ event: string; count: string }>({
    sql: `SELECT event, sum(count) AS count
FROM (
  SELECT event, count() AS count FROM usage_events GROUP BY event
  UNION ALL
  SELECT event, count() AS count FROM unattributed_events GROUP BY event
)
GROUP BY event
ORDER BY count DESC, event
SETTINGS max_execution_time = 2`,
    params: {},
    columns: ['event', 'count'],
  });
  return new Map(rows.map(({ event, count }) => [event, Number(count)]));
}
