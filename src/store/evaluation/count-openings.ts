// How many signals of each rule opened on a local day, for the circuit breaker `max_new_per_day`.
import type { Store } from '../../model/store.ts';
import type { Day } from '../../model/time.ts';

/**
 * Baseline and silent openings are not sent and do not count. By the name that `nameNow` gives the rule: a renaming at
 * noon does not begin the count of the day anew.
 */
export async function countOpenings(
  store: Store,
  day: Day,
  nameNow: (rule: string) => string,
): Promise<ReadonlyMap<string, number>> {
  const rows = await store.query<{ rule: string; openings: string }>({
    sql: `SELECT rule, count() AS openings
FROM transitions FINAL
WHERE day = {day:Date} AND to = 'open' AND from IN ('none', 'pending') AND reason != 'baseline' AND NOT silent
GROUP BY rule`,
    params: { day },
    columns: ['rule', 'openings'],
  });
  const counts = new Map<string, number>();
  for (const row of rows) {
    const rule = nameNow(row.rule);
    counts.set(rule, (counts.get(rule) ?? 0) + Number(row.openings));
  }
  return counts;
}
