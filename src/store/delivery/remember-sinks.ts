// Since when each sink has been configured: what opened before is not sent to it.
import type { SinkName } from '../../model/ids.ts';
import type { Store } from '../../model/store.ts';
import type { EpochMicros } from '../../model/time.ts';

/** The earliest time wins, so that two processes that start at once agree. */
export async function rememberSinks(
  store: Store,
  sinks: readonly SinkName[],
  now: EpochMicros,
): Promise<ReadonlyMap<SinkName, EpochMicros>> {
  await store.execute({
    sql: `INSERT INTO sinks (sink, configured_at)
SELECT arrayJoin({sinks:Array(String)}) AS sink, fromUnixTimestamp64Micro({now:Int64}, 'UTC')
WHERE sink NOT IN (SELECT sink FROM sinks)`,
    params: { sinks, now },
    columns: [],
  });
  const rows = await store.query<{ sink: SinkName; since: string }>({
    sql: 'SELECT sink, toUnixTimestamp64Micro(min(configured_at)) AS since FROM sinks GROUP BY sink',
    params: {},
    columns: ['sink', 'since'],
  });
  return new Map(rows.map(({ sink, since }) => [sink, Number(since) as EpochMicros]));
}
