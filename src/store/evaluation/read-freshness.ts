// Whether a day's events look whole: a broken tracker looks like everyone churning.
import type { Store } from '../../model/store.ts';
import type { Day, TimeZone } from '../../model/time.ts';

export interface Freshness {
  /** Events of the local day, with an account or without, as they came. */
  readonly events: number;
  /** Median of the same weekday of the four weeks before; 0 without history. */
  readonly usual: number;
  readonly released: boolean;
}

const OF_FIVE_WEEKS = `toDate(timestamp, {timezone:String}) IN (SELECT {day:Date} - 7 * number FROM numbers(5))
    AND timestamp >= toDateTime64({day:Date} - 29, 3, 'UTC') AND timestamp < toDateTime64({day:Date} + 2, 3, 'UTC')`;

export async function readFreshness(store: Store, day: Day, timezone: TimeZone): Promise<Freshness> {
  const [row] = await store.query<{ events: string; usual: number; released: number }>({
    sql: `WITH days AS (
  SELECT day, sum(n) AS n FROM (
    SELECT toDate(timestamp, {timezone:String}) AS day, count() AS n FROM usage_events WHERE ${OF_FIVE_WEEKS} GROUP BY day
    UNION ALL
    SELECT toDate(timestamp, {timezone:String}) AS day, count() AS n FROM unattributed_events WHERE ${OF_FIVE_WEEKS} GROUP BY day)
  GROUP BY day)
SELECT
  (SELECT sum(n) FROM days WHERE day = {day:Date}) AS events,
  (SELECT quantileExact(0.5)(past.n) FROM (
    SELECT ifNull(days.n, 0) AS n FROM (SELECT {day:Date} - 7 * (number + 1) AS day FROM numbers(4)) AS weeks
    LEFT JOIN days USING (day)) AS past) AS usual,
  (SELECT count() FROM releases WHERE kind = 'close' AND subject = toString({day:Date})) > 0 AS released`,
    params: { day, timezone },
    columns: ['events', 'usual', 'released'],
  });
  return {
    events: Number(row?.events ?? 0),
    usual: Number(row?.usual ?? 0),
    released: Boolean(row?.released),
  };
}

/** True when a person let the day be closed, whatever it looks like. */
export async function isReleased(store: Store, day: Day): Promise<boolean> {
  const [row] = await store.query<{ releases: string }>({
    sql: `SELECT count() AS releases FROM releases WHERE kind = 'close' AND subject = {day:String}`,
    params: { day },
    columns: ['releases'],
  });
  return Number(row?.releases ?? 0) > 0;
}
