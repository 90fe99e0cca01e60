// What a tick or close found changed, in short: enough to leave out what need not be refreshed.
import type { Store } from '../../model/store.ts';
import type { Day, EpochMicros } from '../../model/time.ts';

export interface Changes {
  readonly events: ReadonlySet<string>;
  /** Months of the changed days, oldest first: their first day, and how many days of an account and event changed. */
  readonly months: readonly { readonly month: Day; readonly rows: number }[];
  /** True when events without an account of their own may belong to a changed account. */
  readonly attributed: boolean;
}

interface ChangesRow {
  readonly events: readonly string[];
  readonly months: readonly Day[];
  readonly rows: readonly string[];
  readonly moved: boolean;
  readonly loose: string;
}

const MEMBERS = `SELECT user_id FROM account_members
      WHERE account_id IN (SELECT account_id FROM changed_days WHERE tick = {tick:UInt64})`;

export async function readChanges(store: Store, tick: EpochMicros): Promise<Changes> {
  const [row] = await store.query<ChangesRow>({
    sql: `SELECT groupUniqArray(event) AS events, sumMap([toStartOfMonth(day)], [toUInt64(1)]) AS by_month,
  by_month.1 AS months, by_month.2 AS rows, max(moved) AS moved,
  (SELECT count() FROM (
    SELECT 1 FROM unattributed_events
    WHERE user_id IN (${MEMBERS})
      OR user_id IN (
        SELECT user_id FROM person_users
        WHERE person_id IN (SELECT person_id FROM user_persons WHERE user_id IN (${MEMBERS})))
    LIMIT 1)) AS loose
FROM changed_days WHERE tick = {tick:UInt64}`,
    params: { tick },
    columns: ['events', 'months', 'rows', 'moved', 'loose'],
  });
  return {
    events: new Set(row?.events ?? []),
    months: (row?.months ?? []).map((month, index) => ({ month, rows: Number(row?.rows[index]) })),
    attributed: Boolean(row?.moved) || Number(row?.loose ?? 0) > 0,
  };
}
