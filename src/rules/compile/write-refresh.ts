// SQL that recomputes stored series from deduplicated raw rows, for changed account-days or for a range of days.
import type { SeriesId } from '../../model/ids.ts';
import type { CompiledStatement } from '../../model/statement.ts';
import type { EpochMicros, TimeZone } from '../../model/time.ts';
import type { EventSet, SeriesDefinition } from '../series.ts';
import { stringRef, type TextScope } from './compilation.ts';
import type { RefreshScope } from './refresh-scope.ts';
import { writeMatches } from './write-matches.ts';
import { changedKeys, type RawScope, writeRawRows } from './write-raw-rows.ts';

interface RefreshedSeries {
  readonly id: SeriesId;
  readonly definition: SeriesDefinition;
}

export interface RefreshOptions {
  readonly series: readonly RefreshedSeries[];
  readonly scope: RefreshScope;
  readonly timezone: TimeZone;
  /** Rows received after it are not seen; it is also the version of what is written. */
  readonly bound: EpochMicros;
}

/** One statement for all series over the same events. */
export function writeRefreshes(options: RefreshOptions): readonly CompiledStatement[] {
  const groups = new Map<string, RefreshedSeries[]>();
  for (const series of options.series) {
    const key = JSON.stringify(series.definition.events);
    groups.set(key, [...(groups.get(key) ?? []), series]);
  }
  return [...groups.values()].map((series) => writeRefresh({ ...options, series }));
}

function writeRefresh(options: RefreshOptions): CompiledStatement {
  const text: TextScope = { timezone: options.timezone, strings: new Map() };
  const { scope } = options;
  const events = options.series[0]?.definition.events ?? { kind: 'any' };
  const raw: RawScope = { scope, events: ofEvents(events), zone: stringRef(text, options.timezone) };
  const vanished = scope.kind === 'changed' && !scope.attributed ? '' : writeVanished(options, raw);
  const sql = `INSERT INTO series_days
  (account_id, series_id, day, n, v_n, v_sum, v_min, v_max, v_last, members, first_at, last_at, version)
SELECT
  account_id, series_id, day,
  sum(real) AS n,
  count(value) AS v_n,
  sum(ifNull(value, 0)) AS v_sum,
  min(toFloat64(value)) AS v_min,
  max(toFloat64(value)) AS v_max,
  argMax(toFloat64(value), (timestamp, id)) AS v_last,
  arraySort(groupUniqArrayIf(sipHash64(user_id), real = 1 AND user_id != '')) AS members,
  minIf(timestamp, real = 1) AS first_at,
  maxIf(timestamp, real = 1) AS last_at,
  {bound:UInt64} AS version
FROM (
  SELECT account_id, matched.1 AS series_id, local_day AS day, matched.2 AS value, user_id, timestamp, id, 1 AS real
  FROM (
    SELECT *, ${writeMatches(text, options.series)} AS matches
    FROM (
${writeRawRows(raw)}
    )
  )
  ARRAY JOIN matches AS matched${vanished}
)
GROUP BY account_id, series_id, day
SETTINGS do_not_merge_across_partitions_select_final = 1`;
  const params =
    scope.kind === 'changed' ? { tick: scope.tick, ...scope.within } : { from: scope.from, to: scope.to };
  const names = events.kind === 'any' ? {} : { events: events.names };
  return {
    sql,
    params: { ...params, ...names, bound: options.bound, strings: [...text.strings.keys()] },
    columns: [],
  };
}

const ofEvents = (events: EventSet): string =>
  events.kind === 'any' ? '1' : 'event IN {events:Array(String)}';

/**
 * An event that moved to another account leaves a day behind that may be empty now: it is written with n = 0. So are
 * the days that a backfill finds stored already, by an earlier one that was cut short or has become stale.
 */
function writeVanished({ series }: RefreshOptions, raw: RawScope): string {
  const ids = series.map(({ id }) => `toUInt64(${id})`).join(', ');
  const days =
    raw.scope.kind === 'changed'
      ? `SELECT account_id, arrayJoin([${ids}]) AS series_id, day FROM (${changedKeys(raw)})`
      : `SELECT DISTINCT account_id, series_id, day FROM series_days
    WHERE series_id IN (${ids}) AND day >= {from:Date} AND day < {to:Date}`;
  return `
  UNION ALL
  SELECT account_id, series_id, day, CAST(NULL, 'Nullable(Decimal(38, 10))') AS value,
    '' AS user_id, toDateTime64(0, 3, 'UTC') AS timestamp, '' AS id, 0 AS real
  FROM (${days})`;
}
