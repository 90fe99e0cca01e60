// Whether a day's events look whole: a broken tracker looks like everyone churning.
import type { Store } from '../../model/store.ts';
import type { Day } from '../../model/time.ts';

export interface Freshness {
  /** Events of the day. */
  readonly events: number;
  /** Median of the same weekday of the four weeks before; 0 without history. */
  readonly usual: number;
  readonly released: boolean;
}

export async function readFreshness(store: Store, day: Day): Promise<Freshness> {
  const [row] = await store.query<{ events: string; usual: number; released: number }>({
    sql: `WITH days AS (
  SELECT toDate(timestamp) AS day, count() AS n FROM usage_events
  WHERE toDate(timestamp) IN (SELECT {day:Date} - 7 * number FROM numbers(5))
    AND timestamp >= toDateTime64({day:Date} - 28, 3, 'UTC') AND timestamp < toDateTime64({day:Date} + 1, 3, 'UTC')
  GROUP BY day)
SELECT
  (SELECT sum(n) FROM days WHERE day = {day:Date}) AS events,
  (SELECT quantileExact(0.5)(past.n) FROM (
    SELECT ifNull(days.n, 0) AS n FROM (SELECT {day:Date} - 7 * (number + 1) AS day FROM numbers(4)) AS weeks
    LEFT JOIN days USING (day)) AS past) AS usual,
  (SELECT count() FROM releases WHERE kind = 'close' AND subject = toString({day:Date})) > 0 AS released`,
    params: { day },
    columns: ['events', 'usual', 'released'],
  });
  return {
    events: Number(row?.events ?? 0),
    usual: Number(row?.usual ?? 0),
    released: Boolean(row?.released),
  };
}
