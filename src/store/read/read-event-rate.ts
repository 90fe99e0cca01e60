// Events a second as the tables know it, for a process that ingests none itself.
import type { Store } from '../../model/store.ts';
import type { EpochMicros } from '../../model/time.ts';

const WINDOW_SECONDS = 10;

/** Over the ten seconds before `now`. An estimate: it stops reading after a second. */
export async function readEventRate(store: Store, now: EpochMicros): Promise<number> {
  const [row] = await store.query<{ events: string }>({
    sql: `SELECT count() AS events
FROM usage_events
WHERE received_at >= fromUnixTimestamp64Micro({from:Int64}, 'UTC')
SETTINGS max_execution_time = 1, timeout_overflow_mode = 'break'`,
    params: { from: now - WINDOW_SECONDS * 1_000_000 },
    columns: ['events'],
  });
  return Number(row?.events ?? 0) / WINDOW_SECONDS;
}
