// SQL that resolves the announcements of a tick's batches to changed (account, event, local day), once for all series.
import type { CompiledStatement } from '../../model/statement.ts';
import { EVERY_DAY, EVERY_EVENT, NO_EVENT } from '../../model/tables.ts';
import type { TimeZone } from '../../model/time.ts';

/** What a close has applied is in the series already: a tick looks at its accounts again, not at its raw rows. */
const TAKEN = `batch_id IN (SELECT batch_id FROM taken_batches WHERE tick = {tick:UInt64})
    AND batch_id NOT IN (
      SELECT batch_id FROM taken_batches
      WHERE tick IN (SELECT tick FROM evaluations WHERE phase = 'finished' AND applied AND kind = 'close'))`;

/**
 * A membership moves events only when it is the user's first, or the user belongs to several accounts; clients repeat
 * the same one with every session.
 */
const MOVED_USERS = `SELECT user_id FROM memberships
      WHERE user_id IN (SELECT user_id FROM changed_account_days WHERE ${TAKEN} AND account_id = '')
      GROUP BY user_id
      HAVING uniqExact(account_id) > 1 OR min(received_at) >= (
        SELECT min(received_at) FROM taken_batches WHERE tick = {tick:UInt64})`;

/** A UTC day overlaps one local day, or two. */
const LOCAL_DAYS = `arrayDistinct([
    toDate(toDateTime64(day, 3, 'UTC'), {timezone:String}),
    toDate(toDateTime64(day, 3, 'UTC') + INTERVAL 86399 SECOND, {timezone:String})])`;

/**
 * An announcement of a user means: each of the user's accounts, on the days of the user's unattributed events, since
 * those may have moved from one account to another.
 */
export const writeChangedDays = (tick: number, timezone: TimeZone): CompiledStatement => ({
  sql: `INSERT INTO changed_days (tick, account_id, event, day, moved)
SELECT {tick:UInt64}, account_id, event, arrayJoin(${LOCAL_DAYS}) AS local_day, max(moved)
FROM (
  SELECT account_id, event, day, false AS moved FROM changed_account_days
  WHERE ${TAKEN} AND account_id != '' AND event != '${NO_EVENT}'
  UNION ALL
  SELECT members.account_id AS account_id, loose.event AS event, loose.day AS day, true AS moved
  FROM (
    SELECT DISTINCT changes.user_id AS user_id, rows.event AS event, rows.day AS day
    FROM (
      SELECT DISTINCT user_id, event, day FROM changed_account_days
      WHERE ${TAKEN} AND account_id = '' AND (event != '${EVERY_EVENT}' OR user_id IN (${MOVED_USERS}))
    ) AS changes
    INNER JOIN (
      SELECT DISTINCT user_id, event, toDate(timestamp) AS day FROM unattributed_events
      WHERE user_id IN (SELECT user_id FROM changed_account_days WHERE ${TAKEN} AND account_id = '')
    ) AS rows ON changes.user_id = rows.user_id
    WHERE changes.event IN ('${EVERY_EVENT}', rows.event) AND changes.day IN (toDate('${EVERY_DAY}'), rows.day)
  ) AS loose
  INNER JOIN (
    SELECT DISTINCT user_id, account_id FROM memberships
    WHERE user_id IN (SELECT user_id FROM changed_account_days WHERE ${TAKEN} AND account_id = '')
  ) AS members ON loose.user_id = members.user_id
)
GROUP BY account_id, event, local_day`,
  params: { tick, timezone },
  columns: [],
});
