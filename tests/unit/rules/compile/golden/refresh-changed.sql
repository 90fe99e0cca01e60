INSERT INTO series_days
  (account_id, series_id, day, n, v_n, v_sum, v_min, v_max, v_last, v_last_at, v_quantiles, v_texts, members, first_at, last_at, version)
SELECT account_id, series_id, day, n, v_n, v_sum, v_min, v_max, v_last, v_last_at, v_quantiles, v_texts, members, first_at, last_at, {bound:UInt64} AS version
FROM (
SELECT
  account_id, series_id, local_day AS day,
  sum(real) AS n,
  toUInt64(0) AS v_n,
  toDecimal128(0, 10) AS v_sum,
  CAST(NULL, 'Nullable(Float64)') AS v_min,
  CAST(NULL, 'Nullable(Float64)') AS v_max,
  CAST(NULL, 'Nullable(Float64)') AS v_last,
  toDateTime64(0, 3, 'UTC') AS v_last_at,
  CAST([], 'Array(AggregateFunction(quantilesDD(0.002, 0.5, 0.9, 0.95, 0.99), Nullable(Float64)))') AS v_quantiles,
  CAST([], 'Array(UInt64)') AS v_texts,
  arraySort(groupUniqArrayIf(sipHash64(user_id), real = 1 AND user_id != '')) AS members,
  minIf(timestamp, real = 1) AS first_at,
  maxIf(timestamp, real = 1) AS last_at
FROM (
  SELECT account_id, matched.1 AS series_id, local_day, matched.2 AS value, matched.3 AS text, user_id, timestamp, id, 1 AS real
  FROM (
    SELECT *, arrayFilter(match -> match.1 != 0, [(if(1, toUInt64(8932535467830273507), toUInt64(0)), CAST(NULL, 'Nullable(Decimal(38, 10))'), CAST(NULL, 'Nullable(UInt64)'))]) AS matches
    FROM (
      SELECT account_id, event, timestamp, id, user_id, properties, toDate(timestamp, {strings:Array(String)}[1]) AS local_day
      FROM usage_events FINAL
      WHERE event IN {events:Array(String)} AND account_id IN (SELECT account_id FROM (SELECT account_id, day FROM changed_days WHERE tick = {tick:UInt64} AND event IN {events:Array(String)})) AND toDate(timestamp) IN (SELECT arrayJoin([day - 1, day, day + 1]) FROM (SELECT account_id, day FROM changed_days WHERE tick = {tick:UInt64} AND event IN {events:Array(String)}))
        AND (account_id, toDate(timestamp, {strings:Array(String)}[1])) IN (SELECT account_id, day FROM changed_days WHERE tick = {tick:UInt64} AND event IN {events:Array(String)}) AND received_at <= fromUnixTimestamp64Micro({bound:Int64}, 'UTC')
    )
  )
  ARRAY JOIN matches AS matched
)
GROUP BY account_id, series_id, day
)
SETTINGS do_not_merge_across_partitions_select_final = 1,
  max_bytes_before_external_group_by = 300000000, max_bytes_before_external_sort = 300000000