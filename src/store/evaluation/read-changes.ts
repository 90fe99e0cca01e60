// What a tick or close found changed, in short: enough to leave out what need not be refreshed.
import type { Store } from '../../model/store.ts';
import type { Day, EpochMicros } from '../../model/time.ts';

export interface Changes {
  readonly events: ReadonlySet<string>;
  /** First days of the months of the changed days, oldest first. */
  readonly months: readonly Day[];
  /** True when events without an account of their own may belong to a changed account. */
  readonly attributed: boolean;
}

interface ChangesRow {
  readonly events: readonly string[];
  readonly months: readonly Day[];
  readonly moved: boolean;
  readonly loose: string;
}

export async function readChanges(store: Store, tick: EpochMicros): Promise<Changes> {
  const [row] = await store.query<ChangesRow>({
    sql: `SELECT groupUniqArray(event) AS events, arraySort(groupUniqArray(toStartOfMonth(day))) AS months, max(moved) AS moved,
  (SELECT count() FROM (
    SELECT 1 FROM unattributed_events
    WHERE user_id IN (
      SELECT user_id FROM account_members
      WHERE account_id IN (SELECT account_id FROM changed_days WHERE tick = {tick:UInt64}))
    LIMIT 1)) AS loose
FROM changed_days WHERE tick = {tick:UInt64}`,
    params: { tick },
    columns: ['events', 'moved', 'loose'],
  });
  return {
    events: new Set(row?.events ?? []),
    months: row?.months ?? [],
    attributed: Boolean(row?.moved) || Number(row?.loose ?? 0) > 0,
  };
}
