// SQL that resolves the announcements of a tick's batches to changed (account, event, local day), once for all series.
import { type Corrections, NO_CORRECTIONS } from '../../model/corrections.ts';
import { mayBeUnannounced } from '../../model/first-received.ts';
import type { CompiledStatement } from '../../model/statement.ts';
import { EVERY_DAY, EVERY_EVENT, NO_EVENT } from '../../model/tables.ts';
import type { TimeZone } from '../../model/time.ts';
import { writeByPerson, writeIds } from './write-persons.ts';

/** What a close has applied is in the series already: a tick looks at its accounts again, not at its raw rows. */
const TAKEN = `batch_id IN (SELECT batch_id FROM taken_batches WHERE tick = {tick:UInt64})
    AND batch_id NOT IN (
      SELECT batch_id FROM taken_batches
      WHERE tick IN (SELECT tick FROM evaluations WHERE phase = 'finished' AND applied AND kind = 'close'))`;

/** Of whatever may have come or gone without an account of its own. */
const TOLD_USERS = `SELECT user_id FROM changed_account_days WHERE ${TAKEN} AND account_id = ''`;

/** Accounts of which more than one event was taken back. */
const WHOLE_ACCOUNTS = `SELECT account_id FROM changed_account_days
    WHERE ${TAKEN} AND account_id != '' AND day = toDate('${EVERY_DAY}')`;

/** All ids of persons whom aliases of these batches joined. */
const JOINED_USERS = 'SELECT user_id FROM user_persons WHERE version = {tick:UInt64}';

/** A UTC day overlaps one local day, or two. */
const LOCAL_DAYS = `arrayDistinct([
    toDate(toDateTime64(day, 3, 'UTC'), {timezone:String}),
    toDate(toDateTime64(day, 3, 'UTC') + INTERVAL 86399 SECOND, {timezone:String})])`;

/**
 * An announcement of a user means: each of the user's accounts, on the days of the user's unattributed events, since
 * those may have moved from one account to another. An alias moves the events with an account as well: they count for
 * another user. What is taken back of an account also moves what its members did without one.
 */
export const writeChangedDays = (
  tick: number,
  timezone: TimeZone,
  corrections: Corrections = NO_CORRECTIONS,
): CompiledStatement => ({
  sql: `INSERT INTO changed_days (tick, account_id, event, day, moved)
SELECT {tick:UInt64}, account_id, event, arrayJoin(${LOCAL_DAYS}) AS local_day, max(moved)
FROM (
  SELECT account_id, event, day, false AS moved FROM changed_account_days
  WHERE ${TAKEN} AND account_id != '' AND event != '${NO_EVENT}'${
    corrections.retractions ? ` AND day != toDate('${EVERY_DAY}')` : ''
  }${corrections.retractions ? writeDirect(`account_id IN (${WHOLE_ACCOUNTS})`) : ''}${
    corrections.aliases ? writeDirect(`user_id IN (${JOINED_USERS})`) : ''
  }
  UNION ALL
  SELECT members.account_id AS account_id, loose.event AS event, loose.day AS day, true AS moved
  FROM (
    SELECT DISTINCT changes.user_id AS user_id, rows.event AS event, rows.day AS day
    FROM (
      ${writeChanges(corrections)}
    ) AS changes
    INNER JOIN (
      ${writeByPerson(corrections, {
        rows: `SELECT DISTINCT user_id, event, toDate(timestamp) AS day FROM unattributed_events
      WHERE ${usersOf(corrections)}`,
        columns: ['event', 'day'],
        users: usersOf(corrections),
      })}
    ) AS rows ON changes.user_id = rows.user_id
    WHERE changes.event IN ('${EVERY_EVENT}', rows.event) AND changes.day IN (toDate('${EVERY_DAY}'), rows.day)
  ) AS loose
  INNER JOIN (
    SELECT DISTINCT user_id, account_id FROM (${writeByPerson(corrections, {
      rows: `SELECT DISTINCT user_id, account_id FROM memberships
    WHERE ${usersOf(corrections)}`,
      columns: ['account_id'],
      users: usersOf(corrections),
    })})
  ) AS members ON loose.user_id = members.user_id
)
GROUP BY account_id, event, local_day`,
  params: { tick, timezone, ...(corrections.aliases ? { bound: tick } : {}) },
  columns: [],
});

const writeDirect = (where: string): string => `
  UNION ALL
  SELECT DISTINCT account_id, event, toDate(timestamp) AS day, true AS moved FROM usage_events
  WHERE ${where}`;

/** SQL over `user_id`: all ids of the users whose events without an account may have moved. */
function usersOf(corrections: Corrections): string {
  const { aliases, retractions } = corrections;
  const users = [TOLD_USERS, ...(aliases ? [JOINED_USERS] : []), ...(retractions ? [MEMBERS_OF_WHOLE] : [])];
  return `user_id IN (${writeIds(corrections, users.join('\n      UNION DISTINCT '))})`;
}

const MEMBERS_OF_WHOLE = `SELECT user_id FROM account_members WHERE account_id IN (${WHOLE_ACCOUNTS})`;

/** Yields user_id, event and day: of the person, and * and 1970 for every event and day. */
function writeChanges(corrections: Corrections): string {
  const { aliases, retractions } = corrections;
  const told = `SELECT DISTINCT user_id, event, day FROM changed_account_days
      WHERE ${TAKEN} AND account_id = ''`;
  const whole = (users: string) =>
    `SELECT user_id, '${EVERY_EVENT}' AS event, toDate('${EVERY_DAY}') AS day FROM (${users})`;
  const moved = `event != '${EVERY_EVENT}' OR user_id IN (${movedUsers(corrections)})`;
  const byPerson = (rows: string) =>
    writeByPerson(corrections, { rows, columns: ['event', 'day'], users: usersOf(corrections) });
  return [
    `SELECT user_id, event, day FROM (${byPerson(told)}) WHERE ${moved}`,
    ...(aliases ? [byPerson(whole(JOINED_USERS))] : []),
    ...(retractions ? [byPerson(whole(MEMBERS_OF_WHOLE)), byPerson(whole(TAKEN_BACK))] : []),
  ].join('\n      UNION DISTINCT\n      ');
}

/** Users of whom something was taken back that they did without an account. */
const TAKEN_BACK = `SELECT user_id FROM retractions
      WHERE account_id = '' AND user_id IN (${TOLD_USERS})`;

/**
 * A membership moves events only when it is the person's first that was not taken back, or the person belongs to
 * several accounts; clients repeat the same one with every session.
 */
function movedUsers(corrections: Corrections): string {
  const takenBack = corrections.retractions
    ? ` OR countIf(account_id IN (SELECT account_id FROM retractions WHERE event_id = '')) > 0`
    : '';
  const users = `user_id IN (${writeIds(corrections, TOLD_USERS)})`;
  return `SELECT user_id FROM (${writeByPerson(corrections, {
    rows: `SELECT user_id, account_id, received_at FROM memberships WHERE ${users}`,
    columns: ['account_id', 'received_at'],
    users,
  })})
      GROUP BY user_id
      HAVING uniqExact(account_id) > 1 OR min(received_at) >= (
        SELECT min(received_at) FROM taken_batches WHERE tick = {tick:UInt64})
        OR ${mayBeUnannounced('min(received_at)')}${takenBack}`;
}
