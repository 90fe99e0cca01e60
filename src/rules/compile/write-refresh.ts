// SQL that recomputes stored series from deduplicated raw rows, for changed account-days or for a range of days.
import { type Corrections, NO_CORRECTIONS } from '../../model/corrections.ts';
import type { CompiledStatement } from '../../model/statement.ts';
import type { EpochMicros, TimeZone } from '../../model/time.ts';
import { type EventSet, isTracked } from '../series.ts';
import { stringRef, type TextScope } from './compilation.ts';
import type { RefreshScope } from './refresh-scope.ts';
import { writeEvents } from './write-events.ts';
import { changedKeys, ofSlice, RAW_SETTINGS, type RawScope, writeRawRows } from './write-raw-rows.ts';
import {
  groupSeries,
  type IdentifiedSeries,
  isPerUser,
  measuredColumns,
  writeSeriesRows,
} from './write-series-rows.ts';

export interface RefreshOptions {
  readonly series: readonly IdentifiedSeries[];
  readonly scope: RefreshScope;
  readonly timezone: TimeZone;
  /** Rows received after it are not seen; it is also the version of what is written. */
  readonly bound: EpochMicros;
  /** Kinds of corrections that raw rows are read with; none when left out. */
  readonly corrections?: Corrections;
}

/** One statement for all series over the same events; those kept for each user and those of numbers have their own. */
export const writeRefreshes = (options: RefreshOptions): readonly CompiledStatement[] =>
  groupSeries(options.series).map((series) => writeRefresh({ ...options, series }));

function writeRefresh(options: RefreshOptions): CompiledStatement {
  const text: TextScope = { timezone: options.timezone, strings: new Map() };
  const { scope, series } = options;
  const events = series[0]?.definition.events ?? { kind: 'any' };
  const raw: RawScope = {
    scope,
    corrections: options.corrections ?? NO_CORRECTIONS,
    events: ofEvents(text, events),
    zone: stringRef(text, options.timezone),
  };
  const vanished = scope.kind === 'changed' && !scope.attributed ? '' : writeVanished(options, raw);
  const perUser = isPerUser(series);
  const keys = perUser ? ['account_id', 'series_id', 'user_id'] : ['account_id', 'series_id'];
  const columns = [...keys, ...measuredColumns(perUser)];
  const sql = `INSERT INTO ${perUser ? 'series_user_days' : 'series_days'}
  (${columns.join(', ')}, version)
SELECT ${columns.join(', ')}, {bound:UInt64} AS version
FROM (
${writeSeriesRows(text, { series, rows: writeRawRows(raw), vanished })}
)
${RAW_SETTINGS}`;
  const params =
    scope.kind === 'changed' ? { tick: scope.tick, ...scope.within } : { from: scope.from, to: scope.to };
  const names = events.kind === 'named' ? { events: events.names } : {};
  return {
    sql,
    params: { ...params, ...scope.slice, ...names, bound: options.bound, strings: [...text.strings.keys()] },
    columns: [],
  };
}

const ofEvents = (text: TextScope, events: EventSet): string =>
  events.kind === 'named'
    ? 'event IN {events:Array(String)}'
    : isTracked(events)
      ? writeEvents(text, events)
      : '1';

/**
 * An event that moved to another account leaves a day behind that may be empty now: it is written with n = 0. So are
 * the days that a backfill finds stored already, by an earlier one that was cut short or has become stale.
 */
function writeVanished({ series }: RefreshOptions, raw: RawScope): string {
  const ids = series.map(({ id }) => `toUInt64(${id})`).join(', ');
  return `
  UNION ALL
  SELECT account_id, series_id, day AS local_day, CAST(NULL, 'Nullable(Decimal(38, 10))') AS value,
    CAST(NULL, 'Nullable(UInt64)') AS text, user_id, toDateTime64(0, 3, 'UTC') AS timestamp, '' AS id, 0 AS real
  FROM (${isPerUser(series) ? vanishedOfUsers(ids, raw) : vanishedOfAccounts(ids, raw)})`;
}

const vanishedOfAccounts = (ids: string, raw: RawScope): string =>
  raw.scope.kind === 'changed'
    ? `SELECT account_id, arrayJoin([${ids}]) AS series_id, '' AS user_id, day FROM (${changedKeys(raw)})`
    : `SELECT DISTINCT account_id, series_id, '' AS user_id, day FROM series_days
    WHERE series_id IN (${ids}) AND day >= {from:Date} AND day < {to:Date}${ofSlice(raw.scope)}`;

const vanishedOfUsers = (ids: string, raw: RawScope): string =>
  `SELECT DISTINCT account_id, series_id, user_id, day FROM series_user_days
    WHERE series_id IN (${ids}) AND ${
      raw.scope.kind === 'changed'
        ? `account_id IN (SELECT account_id FROM (${changedKeys(raw)})) AND (account_id, day) IN (${changedKeys(raw)})`
        : `day >= {from:Date} AND day < {to:Date}${ofSlice(raw.scope)}`
    }`;
