// When people last released the held signals of each rule.
import type { Store } from '../../model/store.ts';
import type { EpochMicros } from '../../model/time.ts';

export async function readRuleReleases(store: Store): Promise<ReadonlyMap<string, EpochMicros>> {
  const rows = await store.query<{ subject: string; released: string }>({
    sql: `SELECT subject, toUnixTimestamp64Micro(max(released_at)) AS released
FROM releases WHERE kind = 'rule' GROUP BY subject`,
    params: {},
    columns: ['subject', 'released'],
  });
  return new Map(rows.map(({ subject, released }) => [subject, Number(released) as EpochMicros]));
}
