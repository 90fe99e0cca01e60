// What a tick or close found changed, in short: enough to leave out what need not be refreshed.
import type { Store } from '../../model/store.ts';
import type { EpochMicros } from '../../model/time.ts';

export interface Changes {
  readonly events: ReadonlySet<string>;
  /** True when events without an account of their own may belong to a changed account. */
  readonly attributed: boolean;
}

export async function readChanges(store: Store, tick: EpochMicros): Promise<Changes> {
  const [row] = await store.query<{ events: readonly string[]; moved: boolean; loose: string }>({
    sql: `SELECT groupUniqArray(event) AS events, max(moved) AS moved,
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
    attributed: Boolean(row?.moved) || Number(row?.loose ?? 0) > 0,
  };
}
