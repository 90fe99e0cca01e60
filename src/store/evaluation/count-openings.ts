// How many signals of each rule opened on a local day, for the circuit breaker `max_new_per_day`.
import type { Store } from '../../model/store.ts';
import type { Day } from '../../model/time.ts';

/** Baseline and silent openings are not sent and do not count. */
export async function countOpenings(store: Store, day: Day): Promise<ReadonlyMap<string, number>> {
  const rows = await store.query<{ rule: string; openings: string }>({
    sql: `SELECT rule, count() AS openings
FROM transitions FINAL
WHERE day = {day:Date} AND to = 'open' AND from IN ('none', 'pending') AND reason != 'baseline' AND NOT silent
GROUP BY rule`,
    params: { day },
    columns: ['rule', 'openings'],
  });
  return new Map(rows.map((row) => [row.rule, Number(row.openings)]));
}
