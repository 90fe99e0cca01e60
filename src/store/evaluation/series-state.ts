// Which series are stored, and which of them are whole.
import type { Clock } from '../../model/clock.ts';
import type { SeriesId } from '../../model/ids.ts';
import type { JsonValue } from '../../model/json.ts';
import type { Store } from '../../model/store.ts';
import { microsText, tabSeparatedRow } from '../../model/tab-separated.ts';
import type { Day, EpochMicros, TimeZone } from '../../model/time.ts';

/**
 * Series that hold every raw row that a close has applied. One that was out of the rules for a while is whole no more:
 * closes have applied batches without it.
 */
export async function readWholeSeries(store: Store): Promise<ReadonlySet<SeriesId>> {
  const rows = await store.query<{ id: SeriesId }>({
    sql: `SELECT toString(series_id) AS id FROM series FINAL
WHERE state = 'ready' AND whole_to >= (
  SELECT max(tick) FROM evaluations WHERE kind = 'close' AND phase = 'finished' AND applied AND batches > 0)`,
    params: {},
    columns: ['id'],
  });
  return new Set(rows.map((row) => row.id));
}

export interface SeriesRow {
  readonly id: SeriesId;
  readonly definition: JsonValue;
  readonly timezone: TimeZone;
  readonly semantics: number;
  readonly state: 'backfilling' | 'ready';
  readonly wholeTo: EpochMicros;
}

/** As one block: they are all marked, or none. */
export async function writeSeries(
  { store, clock }: { readonly store: Store; readonly clock: Clock },
  rows: readonly SeriesRow[],
): Promise<void> {
  if (rows.length === 0) return;
  const updatedAt = microsText(clock.now());
  const lines = rows.map((row) =>
    tabSeparatedRow([
      row.id,
      JSON.stringify(row.definition),
      row.timezone,
      row.semantics,
      row.state,
      row.wholeTo,
      updatedAt,
    ]),
  );
  await store.insert({
    table: 'series',
    columns: ['series_id', 'definition', 'timezone', 'semantics', 'state', 'whole_to', 'updated_at'],
    rows: rows.length,
    body: new TextEncoder().encode(lines.join('')),
  });
}

/**
 * Months that hold raw events, oldest first, with the rows that their local days may hold; a month more where a local
 * day may begin before or end after it.
 */
export async function readRawMonths(
  store: Store,
): Promise<readonly { readonly month: Day; readonly rows: number }[]> {
  const found = await store.query<{ month: Day; events: string }>({
    sql: `SELECT arrayJoin(arrayDistinct([toStartOfMonth(day - 1), toStartOfMonth(day + 1)])) AS month, sum(found) AS events
FROM (
  SELECT toDate(timestamp) AS day, count() AS found FROM usage_events GROUP BY day
  UNION ALL
  SELECT toDate(timestamp) AS day, count() AS found FROM unattributed_events GROUP BY day)
GROUP BY month
ORDER BY month`,
    params: {},
    columns: ['month', 'events'],
  });
  return found.map(({ month, events }) => ({ month, rows: Number(events) }));
}

export type SeriesTable = 'series_days' | 'series_user_days';

/**
 * Merges the parts of a month of stored series into one. FINAL reads a single merged part without comparing rows,
 * which halves the statement of a close over years of history; past months would wait long for a merge by themselves.
 */
export const mergeMonth = (store: Store, table: SeriesTable, month: Day) =>
  store.execute({
    sql: `OPTIMIZE TABLE ${table} PARTITION ID '${month.slice(0, 7).replace('-', '')}' FINAL`,
    params: {},
    columns: [],
  });
