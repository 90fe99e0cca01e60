INSERT INTO changed_days (tick, account_id, event, day, moved)
SELECT {tick:UInt64}, account_id, event, arrayJoin(arrayDistinct([
    toDate(toDateTime64(day, 3, 'UTC'), {timezone:String}),
    toDate(toDateTime64(day, 3, 'UTC') + INTERVAL 86399 SECOND, {timezone:String})])) AS local_day, max(moved)
FROM (
  SELECT account_id, event, day, false AS moved FROM changed_account_days
  WHERE batch_id IN (SELECT batch_id FROM taken_batches WHERE tick = {tick:UInt64})
    AND batch_id NOT IN (
      SELECT batch_id FROM taken_batches
      WHERE tick IN (SELECT tick FROM evaluations WHERE phase = 'finished' AND applied AND kind = 'close')) AND account_id != '' AND event != ''
  UNION ALL
  SELECT members.account_id AS account_id, loose.event AS event, loose.day AS day, true AS moved
  FROM (
    SELECT DISTINCT changes.user_id AS user_id, rows.event AS event, rows.day AS day
    FROM (
      SELECT user_id, event, day FROM (SELECT DISTINCT user_id, event, day FROM changed_account_days
      WHERE batch_id IN (SELECT batch_id FROM taken_batches WHERE tick = {tick:UInt64})
    AND batch_id NOT IN (
      SELECT batch_id FROM taken_batches
      WHERE tick IN (SELECT tick FROM evaluations WHERE phase = 'finished' AND applied AND kind = 'close')) AND account_id = '') WHERE event != '*' OR user_id IN (SELECT user_id FROM (SELECT user_id, account_id, received_at FROM memberships WHERE user_id IN (SELECT user_id FROM changed_account_days WHERE batch_id IN (SELECT batch_id FROM taken_batches WHERE tick = {tick:UInt64})
    AND batch_id NOT IN (
      SELECT batch_id FROM taken_batches
      WHERE tick IN (SELECT tick FROM evaluations WHERE phase = 'finished' AND applied AND kind = 'close')) AND account_id = ''))
      GROUP BY user_id
      HAVING uniqExact(account_id) > 1 OR min(received_at) >= (
        SELECT min(received_at) FROM taken_batches WHERE tick = {tick:UInt64})
        OR (min(received_at) NOT IN (SELECT received_at FROM announced_batches)
    AND min(received_at) >= (
      SELECT fromUnixTimestamp64Micro(toInt64(max(tick)), 'UTC') - INTERVAL 1 DAY FROM evaluations
      WHERE kind = 'close' AND phase = 'finished' AND applied)))
    ) AS changes
    INNER JOIN (
      SELECT DISTINCT user_id, event, toDate(timestamp) AS day FROM unattributed_events
      WHERE user_id IN (SELECT user_id FROM changed_account_days WHERE batch_id IN (SELECT batch_id FROM taken_batches WHERE tick = {tick:UInt64})
    AND batch_id NOT IN (
      SELECT batch_id FROM taken_batches
      WHERE tick IN (SELECT tick FROM evaluations WHERE phase = 'finished' AND applied AND kind = 'close')) AND account_id = '')
    ) AS rows ON changes.user_id = rows.user_id
    WHERE changes.event IN ('*', rows.event) AND changes.day IN (toDate('1970-01-01'), rows.day)
  ) AS loose
  INNER JOIN (
    SELECT DISTINCT user_id, account_id FROM (SELECT DISTINCT user_id, account_id FROM memberships
    WHERE user_id IN (SELECT user_id FROM changed_account_days WHERE batch_id IN (SELECT batch_id FROM taken_batches WHERE tick = {tick:UInt64})
    AND batch_id NOT IN (
      SELECT batch_id FROM taken_batches
      WHERE tick IN (SELECT tick FROM evaluations WHERE phase = 'finished' AND applied AND kind = 'close')) AND account_id = ''))
  ) AS members ON loose.user_id = members.user_id
)
GROUP BY account_id, event, local_day