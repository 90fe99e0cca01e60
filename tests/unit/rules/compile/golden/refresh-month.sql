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
    SELECT *, arrayFilter(match -> match.1 != 0, [(if(ifNull(NOT (((multiIf(JSONExtractRaw(properties, {strings:Array(String)}[2]) IN ('', 'null'), NULL, startsWith(JSONExtractRaw(properties, {strings:Array(String)}[2]), '"'), JSONExtractString(JSONExtractRaw(properties, {strings:Array(String)}[2])), JSONExtractRaw(properties, {strings:Array(String)}[2]))) = {strings:Array(String)}[3])), 0), toUInt64(11581256618481423507), toUInt64(0)), CAST(NULL, 'Nullable(Decimal(38, 10))'), CAST(NULL, 'Nullable(UInt64)'))]) AS matches
    FROM (
      SELECT account_id, event, timestamp, id, user_id, properties, toDate(timestamp, {strings:Array(String)}[1]) AS local_day
      FROM usage_events FINAL
      WHERE 1 AND toDate(timestamp, {strings:Array(String)}[1]) >= {from:Date} AND toDate(timestamp, {strings:Array(String)}[1]) < {to:Date}
        AND timestamp >= toDateTime64({from:Date}, 3, 'UTC') - INTERVAL 1 DAY
        AND timestamp < toDateTime64({to:Date}, 3, 'UTC') + INTERVAL 1 DAY AND received_at <= fromUnixTimestamp64Micro({bound:Int64}, 'UTC')
      UNION ALL
      SELECT account_id, event, timestamp, id, user_id, properties, local_day FROM (
        SELECT *, toDate(timestamp, {strings:Array(String)}[1]) AS local_day
        FROM (
          SELECT if(valid.account_id != '', valid.account_id, initial.account_id) AS account_id,
            loose.event AS event, loose.timestamp AS timestamp, loose.id AS id, loose.user_id AS user_id,
            loose.properties AS properties, loose.precedence AS precedence
          FROM (
            SELECT user_id, event, timestamp, id, properties, precedence FROM unattributed_events FINAL
      WHERE 1 AND toDate(timestamp) >= {from:Date} - 1 AND toDate(timestamp) <= {to:Date} AND received_at <= fromUnixTimestamp64Micro({bound:Int64}, 'UTC')) AS loose
          ASOF LEFT JOIN (
            SELECT user_id, valid_from, min(account_id) AS account_id FROM memberships
      WHERE user_id IN (SELECT user_id FROM unattributed_events WHERE 1 AND toDate(timestamp) >= {from:Date} - 1 AND toDate(timestamp) <= {to:Date}) AND received_at <= fromUnixTimestamp64Micro({bound:Int64}, 'UTC')
            GROUP BY user_id, valid_from) AS valid
            ON loose.user_id = valid.user_id AND loose.timestamp >= valid.valid_from
          INNER JOIN (
            SELECT user_id, argMin(account_id, (valid_from, account_id)) AS account_id
            FROM memberships
      WHERE user_id IN (SELECT user_id FROM unattributed_events WHERE 1 AND toDate(timestamp) >= {from:Date} - 1 AND toDate(timestamp) <= {to:Date}) AND received_at <= fromUnixTimestamp64Micro({bound:Int64}, 'UTC')
            GROUP BY user_id) AS initial
            ON loose.user_id = initial.user_id
        ) WHERE 1
        ORDER BY precedence DESC, user_id LIMIT 1 BY account_id, event, toDate(timestamp), id
      )
      WHERE local_day >= {from:Date} AND local_day < {to:Date} AND (account_id, event, toDate(timestamp), id) NOT IN (
        SELECT account_id, event, toDate(timestamp), id FROM usage_events
        WHERE 1 AND toDate(timestamp) >= {from:Date} - 1 AND toDate(timestamp) <= {to:Date}
          AND id IN (SELECT id FROM unattributed_events WHERE 1 AND toDate(timestamp) >= {from:Date} - 1 AND toDate(timestamp) <= {to:Date}) AND received_at <= fromUnixTimestamp64Micro({bound:Int64}, 'UTC'))
    )
  )
  ARRAY JOIN matches AS matched
  UNION ALL
  SELECT account_id, series_id, day AS local_day, CAST(NULL, 'Nullable(Decimal(38, 10))') AS value,
    CAST(NULL, 'Nullable(UInt64)') AS text, user_id, toDateTime64(0, 3, 'UTC') AS timestamp, '' AS id, 0 AS real
  FROM (SELECT DISTINCT account_id, series_id, '' AS user_id, day FROM series_days
    WHERE series_id IN (toUInt64(11581256618481423507)) AND day >= {from:Date} AND day < {to:Date})
)
GROUP BY account_id, series_id, day
)
SETTINGS do_not_merge_across_partitions_select_final = 1,
  max_bytes_before_external_group_by = 300000000, max_bytes_before_external_sort = 300000000