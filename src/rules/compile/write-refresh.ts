// SQL that recomputes stored series from deduplicated raw rows, for changed account-days or for a range of days.
import type { SeriesId } from '../../model/ids.ts';
import type { CompiledStatement } from '../../model/statement.ts';
import { EVERY_DAY, EVERY_EVENT, NO_EVENT } from '../../model/tables.ts';
import type { Day, EpochMicros, TimeZone } from '../../model/time.ts';
import type { EventSet, SeriesDefinition } from '../series.ts';
import { stringRef, type TextScope } from './compilation.ts';
import { writeMatches } from './write-matches.ts';

interface RefreshedSeries {
  readonly id: SeriesId;
  readonly definition: SeriesDefinition;
}

export type RefreshScope =
  /** The account-days that the batches taken by this tick changed. */
  | { readonly kind: 'taken'; readonly tick: number }
  /** Local days from `from` up to but without `to`: a slice of a backfill. */
  | { readonly kind: 'days'; readonly from: Day; readonly to: Day };

export interface RefreshOptions {
  readonly series: readonly RefreshedSeries[];
  readonly scope: RefreshScope;
  readonly timezone: TimeZone;
  /** Rows received after it are not seen; it is also the version of what is written. */
  readonly bound: EpochMicros;
}

/** One statement for all series over the same events; run `writeRefreshes` for a mixture. */
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
  const zone = stringRef(text, options.timezone);
  const events = options.series[0]?.definition.events ?? { kind: 'any' };
  const part = { options, text, zone, events };
  const vanished = options.scope.kind === 'taken' ? `\n  UNION ALL\n${writeVanished(part)}` : '';
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
${writeRaw(part)}
    )
  )
  ARRAY JOIN matches AS matched${vanished}
)
GROUP BY account_id, series_id, day
SETTINGS do_not_merge_across_partitions_select_final = 1`;
  const scope = options.scope.kind === 'taken' ? { tick: options.scope.tick } : { ...options.scope };
  const { kind: _, ...params } = { kind: '', ...scope };
  return {
    sql,
    params: { ...params, bound: options.bound, strings: [...text.strings.keys()], ...eventParams(events) },
    columns: [],
  };
}

interface Part {
  readonly options: RefreshOptions;
  readonly text: TextScope;
  readonly zone: string;
  readonly events: EventSet;
}

const eventParams = (events: EventSet) => (events.kind === 'any' ? {} : { events: events.names });

const ofEvents = (events: EventSet, column = 'event'): string =>
  events.kind === 'any' ? '1' : `${column} IN {events:Array(String)}`;

/** Deduplicated, attributed rows in scope: account_id, local_day, user_id, timestamp, id, properties, event. */
function writeRaw(part: Part): string {
  const { options, zone, events } = part;
  const columns = `event, timestamp, id, user_id, properties, toDate(timestamp, ${zone}) AS local_day`;
  const received = `received_at <= fromUnixTimestamp64Micro({bound:Int64}, 'UTC')`;
  const direct = `SELECT account_id, ${columns} FROM usage_events FINAL
      WHERE ${ofEvents(events)} AND ${received} AND ${inScope(part, 'usage')}`;
  // A row that an account already has with an account of its own is the same event and is not counted again.
  const attributed = `SELECT if(valid.account_id != '', valid.account_id, initial.account_id) AS account_id,
        loose.event AS event, loose.timestamp AS timestamp, loose.id AS id, loose.user_id AS user_id,
        loose.properties AS properties, loose.precedence AS precedence, toDate(loose.timestamp, ${zone}) AS local_day
      FROM (SELECT *, precedence FROM unattributed_events FINAL
        WHERE ${ofEvents(events)} AND ${received} AND ${inScope(part, 'unattributed')}) AS loose
      ASOF LEFT JOIN (SELECT user_id, valid_from, min(account_id) AS account_id FROM memberships
        WHERE ${received} GROUP BY user_id, valid_from) AS valid
        ON loose.user_id = valid.user_id AND loose.timestamp >= valid.valid_from
      INNER JOIN (SELECT user_id, argMin(account_id, (valid_from, account_id)) AS account_id FROM memberships
        WHERE ${received} GROUP BY user_id) AS initial ON loose.user_id = initial.user_id`;
  const scoped =
    options.scope.kind === 'taken' ? `WHERE (account_id, local_day) IN (${changedDays(part)})` : '';
  return `      ${direct}
      UNION ALL
      SELECT account_id, event, timestamp, id, user_id, properties, local_day FROM (
        SELECT * FROM (${attributed}) ${scoped}
        ORDER BY precedence DESC, user_id LIMIT 1 BY account_id, event, toDate(timestamp), id
      )
      WHERE (account_id, event, toDate(timestamp), id) NOT IN (
        SELECT account_id, event, toDate(timestamp), id FROM usage_events
        WHERE ${received} AND id IN (SELECT id FROM unattributed_events WHERE ${inScope(part, 'unattributed')}))`;
}

function inScope(part: Part, table: 'usage' | 'unattributed'): string {
  const { scope } = part.options;
  if (scope.kind === 'days') {
    const local = `toDate(timestamp, ${part.zone})`;
    return `${local} >= {from:Date} AND ${local} < {to:Date}
        AND timestamp >= toDateTime64({from:Date}, 3, 'UTC') - INTERVAL 1 DAY
        AND timestamp < toDateTime64({to:Date}, 3, 'UTC') + INTERVAL 1 DAY`;
  }
  const days = changedDays(part);
  const local = `toDate(timestamp, ${part.zone})`;
  const utcDays = `toDate(timestamp) IN (SELECT arrayJoin([local_day - 1, local_day, local_day + 1]) FROM (${days}))`;
  if (table === 'usage') {
    return `account_id IN (SELECT account_id FROM (${days})) AND ${utcDays} AND (account_id, ${local}) IN (${days})`;
  }
  return `user_id IN (SELECT user_id FROM account_members WHERE account_id IN (SELECT account_id FROM (${days}))) AND ${utcDays}`;
}

/** (account_id, local_day) that the taken batches changed, for the events of this group. */
const changedDays = (part: Part): string =>
  `SELECT account_id, arrayJoin(${localDays(part, 'day')}) AS local_day FROM (${announcedDays(part)} UNION DISTINCT ${reattributedDays(part)})`;

/** A UTC day overlaps one local day, or two. */
const localDays = (part: Part, day: string): string =>
  `arrayDistinct([toDate(toDateTime64(${day}, 3, 'UTC'), ${part.zone}), toDate(toDateTime64(${day}, 3, 'UTC') + INTERVAL 86399 SECOND, ${part.zone})])`;

const TAKEN = 'batch_id IN (SELECT batch_id FROM taken_batches WHERE tick = {tick:UInt64})';

const announcedDays = (part: Part): string =>
  `SELECT DISTINCT account_id, day FROM changed_account_days
    WHERE ${TAKEN} AND account_id != '' AND event != '${NO_EVENT}' AND ${ofEvents(part.events)}`;

/** Days on which users whose attribution may have changed have unattributed events, for each of their accounts. */
const reattributedDays = (part: Part): string =>
  `SELECT DISTINCT members.account_id AS account_id, loose.day AS day
    FROM (
      SELECT DISTINCT changes.user_id AS user_id, rows.day AS day
      FROM (SELECT DISTINCT user_id, event, day FROM changed_account_days WHERE ${TAKEN} AND account_id = '') AS changes
      INNER JOIN (
        SELECT DISTINCT user_id, event, toDate(timestamp) AS day FROM unattributed_events
        WHERE ${ofEvents(part.events)} AND user_id IN (SELECT user_id FROM changed_account_days WHERE ${TAKEN} AND account_id = '')
      ) AS rows ON changes.user_id = rows.user_id
      WHERE changes.event IN ('${EVERY_EVENT}', rows.event) AND changes.day IN (toDate('${EVERY_DAY}'), rows.day)
    ) AS loose
    INNER JOIN (SELECT DISTINCT user_id, account_id FROM memberships
      WHERE user_id IN (SELECT user_id FROM changed_account_days WHERE ${TAKEN} AND account_id = '')) AS members
      ON loose.user_id = members.user_id`;

/** An event that moved to another account leaves a day behind that may be empty now: it is written with n = 0. */
function writeVanished(part: Part): string {
  const ids = part.options.series.map((series) => `toUInt64(${series.id})`).join(', ');
  return `  SELECT account_id, arrayJoin([${ids}]) AS series_id, arrayJoin(${localDays(part, 'day')}) AS day,
    CAST(NULL, 'Nullable(Decimal(38, 10))') AS value, '' AS user_id, toDateTime64(0, 3, 'UTC') AS timestamp, '' AS id, 0 AS real
  FROM (${reattributedDays(part)})`;
}
