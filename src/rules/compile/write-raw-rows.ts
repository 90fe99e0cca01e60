// SQL of the raw rows in scope of a refresh: deduplicated, each with its account and its local day.
import type { Corrections } from '../../model/corrections.ts';
import { RECEIVED } from './received.ts';
import type { AccountsScope, RefreshScope } from './refresh-scope.ts';
import { writeIds } from './write-persons.ts';
import { fromLooseEvents, fromUsageEvents } from './write-sent-events.ts';
import { fromMemberships } from './write-statements.ts';

export interface RawScope {
  readonly scope: RefreshScope | AccountsScope;
  readonly corrections: Corrections;
  /** SQL over `event`. */
  readonly events: string;
  /** SQL of the zone whose days count. */
  readonly zone: string;
}

/**
 * Of statements that group raw rows. What they hold goes to disk beyond this, so that a busy month and a large account
 * cost time instead of memory.
 */
export const RAW_SETTINGS = `SETTINGS do_not_merge_across_partitions_select_final = 1,
  max_bytes_before_external_group_by = 300000000, max_bytes_before_external_sort = 300000000`;

const COLUMNS = ['event', 'timestamp', 'id', 'properties'];

/** Yields account_id, local_day, event, timestamp, id, user_id and properties. `user_id` is that of the person. */
export function writeRawRows(raw: RawScope): string {
  const { corrections, events } = raw;
  const columns = ['account_id', ...COLUMNS];
  const direct = `      SELECT account_id, event, timestamp, id, user_id, properties, toDate(timestamp, ${raw.zone}) AS local_day
      FROM ${fromUsageEvents({ corrections, columns, where: `${events} AND ${directScope(raw)}` })}`;
  const attributed = raw.scope.kind !== 'changed' || raw.scope.attributed;
  return attributed ? `${direct}\n      UNION ALL\n${writeAttributed(raw)}` : direct;
}

/**
 * Events without an account of their own: by the membership valid at their time, else by the user's first one; ties by
 * the smallest account. A row that an account already has with an account of its own is the same event and is left
 * out; of two users' rows on one key the first received counts.
 */
function writeAttributed(raw: RawScope): string {
  const { corrections, events } = raw;
  const sent = fromLooseEvents({ corrections, columns: COLUMNS, where: `${events} AND ${looseScope(raw)}` });
  const loose = `SELECT user_id, ${COLUMNS.join(', ')}, precedence FROM ${sent}`;
  return `      SELECT account_id, event, timestamp, id, user_id, properties, local_day FROM (
        SELECT *, toDate(timestamp, ${raw.zone}) AS local_day
        FROM (${writeAttribution(corrections, loose, looseUsers(raw))}
        ) WHERE ${attributedScope(raw)}
        ORDER BY precedence DESC, user_id LIMIT 1 BY account_id, event, toDate(timestamp), id
      )
      WHERE ${raw.scope.kind === 'days' ? 'local_day >= {from:Date} AND local_day < {to:Date} AND ' : ''}(account_id, event, toDate(timestamp), id) NOT IN (
        SELECT account_id, event, toDate(timestamp), id FROM ${directKeys(raw)})`;
}

/** Of direct rows that may be the same events as loose ones: what was taken back is none. */
function directKeys(raw: RawScope): string {
  const { corrections, events, scope } = raw;
  const own = scope.kind === 'days' ? `${WHOLE_DAYS}${ofSlice(scope)}` : directScope(raw);
  const where = `${events} AND ${own}
          AND id IN (SELECT id FROM unattributed_events WHERE ${events} AND ${looseScope(raw)})`;
  // Copies have the same keys.
  if (!corrections.retractions) return `usage_events\n        WHERE ${where} AND ${RECEIVED}`;
  return fromUsageEvents({
    corrections: { ...corrections, aliases: false },
    columns: ['account_id', 'event', 'timestamp', 'id'],
    where,
  });
}

function attributedScope(raw: RawScope): string {
  const { scope } = raw;
  if (scope.kind === 'accounts') return scope.accounts;
  if (scope.kind === 'changed') return `(account_id, local_day) IN (${changedKeys(raw)})`;
  return scope.slice === undefined ? '1' : SLICE;
}

/**
 * SQL that gives rows of persons an account: `loose` yields event, timestamp, id, user_id, properties and precedence,
 * `users` is SQL over `user_id` that narrows the memberships to read.
 */
export const writeAttribution = (corrections: Corrections, loose: string, users: string): string => `
          SELECT if(valid.account_id != '', valid.account_id, initial.account_id) AS account_id,
            loose.event AS event, loose.timestamp AS timestamp, loose.id AS id, loose.user_id AS user_id,
            loose.properties AS properties, loose.precedence AS precedence
          FROM (
            ${loose}) AS loose
          ASOF LEFT JOIN (
            SELECT user_id, valid_from, min(account_id) AS account_id FROM ${fromMemberships(corrections, { users })}
            GROUP BY user_id, valid_from) AS valid
            ON loose.user_id = valid.user_id AND loose.timestamp >= valid.valid_from
          INNER JOIN (
            SELECT user_id, argMin(account_id, (valid_from, account_id)) AS account_id
            FROM ${fromMemberships(corrections, { users })}
            GROUP BY user_id) AS initial
            ON loose.user_id = initial.user_id`;

/** SQL that yields account_id and day. */
export function changedKeys({ scope, events }: Pick<RawScope, 'scope' | 'events'>): string {
  const within =
    scope.kind === 'changed' && scope.within !== undefined
      ? ' AND day >= {from:Date} AND day < {to:Date}'
      : '';
  return `SELECT account_id, day FROM changed_days WHERE tick = {tick:UInt64} AND ${events}${within}${ofSlice(scope)}`;
}

/** By primary key: the account, the event, and the UTC days that a local day may overlap. */
function directScope(raw: RawScope): string {
  if (raw.scope.kind === 'days') return `${daysScope(raw)}${ofSlice(raw.scope)}`;
  if (raw.scope.kind === 'accounts') return `${raw.scope.accounts}${within(raw.scope)}`;
  return `account_id IN (SELECT account_id FROM (${changedKeys(raw)})) AND ${utcDays(raw)}
        AND (account_id, toDate(timestamp, ${raw.zone})) IN (${changedKeys(raw)})`;
}

/** Whole UTC days, as rows of one key are of one such day. */
function looseScope(raw: RawScope): string {
  const { scope, corrections } = raw;
  const ofMembers = (accounts: string) => `user_id IN (${writeIds(corrections, writeMemberUsers(accounts))})`;
  if (scope.kind === 'days')
    return scope.slice === undefined ? WHOLE_DAYS : `${ofMembers(SLICE)} AND ${WHOLE_DAYS}`;
  if (scope.kind === 'accounts') return `${ofMembers(scope.accounts)}${within(scope)}`;
  return `${ofMembers(`account_id IN (SELECT account_id FROM (${changedKeys(raw)}))`)}
            AND ${utcDays(raw)}`;
}

const SLICE = 'account_id > {after:String} AND account_id <= {upTo:String}';

/** SQL over `account_id`, behind other conditions. */
export const ofSlice = (scope: RefreshScope | AccountsScope): string =>
  'slice' in scope && scope.slice !== undefined ? ` AND ${SLICE}` : '';

/** Yields user_id: of the rows of some accounts, and others of the accounts. */
export const writeRawUsers = (raw: RawScope & { readonly scope: AccountsScope }): string =>
  `SELECT user_id FROM usage_events WHERE ${raw.events} AND ${RECEIVED} AND ${directScope(raw)}
        UNION DISTINCT ${writeMemberUsers(raw.scope.accounts)}`;

export const writeMemberUsers = (accounts: string): string =>
  `SELECT user_id FROM account_members WHERE ${accounts}`;

/** Whole UTC days, all that the local days may overlap: rows of one key are of one such day. */
function within({ first, last }: AccountsScope): string {
  const end = (day: number) => `toDateTime64(toDate(${Math.max(0, day)}), 3, 'UTC')`;
  const from = first === undefined ? '' : ` AND timestamp >= ${end(first - 1)}`;
  return `${from} AND timestamp < ${end(last + 2)}`;
}

function looseUsers(raw: RawScope): string {
  const senders = `SELECT user_id FROM unattributed_events WHERE ${raw.events} AND ${looseScope(raw)}`;
  return `user_id IN (${writeIds(raw.corrections, senders)})`;
}

const utcDays = (raw: RawScope): string =>
  `toDate(timestamp) IN (SELECT arrayJoin([day - 1, day, day + 1]) FROM (${changedKeys(raw)}))`;

const daysScope = ({ zone }: RawScope): string => {
  const local = `toDate(timestamp, ${zone})`;
  return `${local} >= {from:Date} AND ${local} < {to:Date}
        AND timestamp >= toDateTime64({from:Date}, 3, 'UTC') - INTERVAL 1 DAY
        AND timestamp < toDateTime64({to:Date}, 3, 'UTC') + INTERVAL 1 DAY`;
};

const WHOLE_DAYS = 'toDate(timestamp) >= {from:Date} - 1 AND toDate(timestamp) <= {to:Date}';
