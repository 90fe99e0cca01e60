SELECT
  account_id,
  toUInt64({tick:UInt64}) AS tick,
  instant AS at,
  first_known,
  CAST([x0, (CAST(toNullable(toFloat64(r1)), 'Nullable(Float64)')), x2, x6, (CAST(arrayMap(x -> if(isFinite(x), x, NULL), [toNullable(toFloat64(if(bitAnd(first_day <= closed_day - 13, x7 >= toFloat64(5)), ((CAST(toNullable(toFloat64(r4)), 'Nullable(Float64)')) - x7) / nullIf(abs(x7), 0), NULL)))])[1], 'Nullable(Float64)'))], 'Array(Nullable(Float64))') AS metrics,
  CAST([x17, x21, (multiIf(x25 IN ('', 'null'), NULL, startsWith(x25, '"'), JSONExtractString(x25), x25)), (multiIf(x27 IN ('', 'null'), NULL, startsWith(x27, '"'), JSONExtractString(x27), x27)), x4], 'Array(Nullable(String))') AS texts,
  CAST([(x18), (toInt8(least(x20, x22))), (toInt8(1)), x18, x20, x22], 'Array(Enum8(''false'' = -1, ''unknown'' = 0, ''true'' = 1))') AS outcomes,
  CAST(arrayConcat([], x14), 'Array(Nullable(Int64))') AS scores
FROM (
SELECT *,
  toInt8(ifNull(2 * ((x21 = {strings:Array(String)}[5])) - 1, 0)) AS x22
FROM (
SELECT *,
  multiIf((x14[1] / 100) >= toFloat64(50), {strings:Array(String)}[5], (x14[1] / 100) >= toFloat64(0), {strings:Array(String)}[6], NULL) AS x21
FROM (
SELECT *,
  CAST(arrayConcat([if(bitAnd(x12 >= toFloat64(0.5), x12 > 0), x13[-1], NULL), toInt64(round(x12 * 10000))], arrayMap((r, now, before) -> if(isNull(r), NULL, now - before), x11, x13, arrayPushFront(arrayPopBack(x13), 0))), 'Array(Nullable(Int64))') AS x14
FROM (
SELECT *,
  arrayMap(s -> toInt64(floor(s * 100 + 0.5 + 1e-7)), arrayCumSum(arrayMap(r -> ifNull(r, 0) * (if(x12 > 0, 1 / x12, 0)), x11))) AS x13
FROM (
SELECT *,
  arraySum(arrayMap((r, w) -> if(isNull(r), 0, w), x11, [toFloat64(70), toFloat64(30)])) / toFloat64(100) AS x12
FROM (
SELECT *,
  CAST([if(isNull(x0), NULL, toFloat64(70) * least(greatest((x0 - toFloat64(0)) / toFloat64(100), 0.), 1.)), multiIf(x10 = 0, NULL, x10 = 1, toFloat64(30), toFloat64(0))], 'Array(Nullable(Float64))') AS x11
FROM (
SELECT *,
  toInt8(ifNull(2 * ((x6 >= toFloat64(0.8))) - 1, 0)) AS x10
FROM (
SELECT *,
  CAST(arrayMap(x -> if(isFinite(x), x, NULL), [toNullable(toFloat64(x2 / nullIf(if(x5 >= toFloat64(3), x5, NULL), 0)))])[1], 'Nullable(Float64)') AS x6
FROM (
SELECT *,
  if(isFinite(toFloat64OrNull(x4)), toFloat64OrNull(x4), NULL) AS x5,
  toInt8(ifNull(2 * ((((x17 = {strings:Array(String)}[3]) + (x17 = {strings:Array(String)}[4])) > 0)) - 1, 0)) AS x18
FROM (
SELECT *,
  multiIf(x3 IN ('', 'null'), NULL, startsWith(x3, '"'), JSONExtractString(x3), x3) AS x4,
  multiIf(x16 IN ('', 'null'), NULL, startsWith(x16, '"'), JSONExtractString(x16), x16) AS x17,
  toInt8(ifNull(2 * ((x0 >= toFloat64(20))) - 1, 0)) AS x20
FROM (
SELECT *,
  CAST(toNullable(toFloat64(r0)), 'Nullable(Float64)') AS x0,
  CAST(toNullable(toFloat64(r2)), 'Nullable(Float64)') AS x2,
  arrayElement(arrayFilter(h -> h.1 <= instant, trait_0), -1).3 AS x3,
  CAST(toNullable(toFloat64(r3)), 'Nullable(Float64)') AS x7,
  arrayElement(arrayFilter(h -> h.1 <= instant, trait_1), -1).3 AS x16,
  arrayElement(arrayFilter(h -> h.1 <= instant, trait_2), -1).3 AS x25,
  arrayElement(arrayFilter(h -> h.1 <= instant, trait_3), -1).3 AS x27
FROM (
SELECT * FROM (SELECT * FROM (SELECT
    account_id,
    fromUnixTimestamp64Milli({at:Int64}, 'UTC') AS instant,
    fromUnixTimestamp64Milli({previousClose:Int64}, 'UTC') AS previous_close,
    toInt32({day:Int32}) AS last_day,
    toInt32({lastClosed:Int32}) AS closed_day,
    toInt32(toDate(first_seen, {timezone:String})) AS first_day,
    first_known
  FROM (SELECT account_id, min(first_seen) AS first_seen, min(first_known) AS first_known FROM accounts WHERE 1 GROUP BY account_id)
  WHERE first_seen <= instant) AS inputs
LEFT JOIN (
  SELECT account_id, arraySort(groupArrayIf((valid_from, message_id, value), trait = {strings:Array(String)}[1])) AS trait_0,
    arraySort(groupArrayIf((valid_from, message_id, value), trait = {strings:Array(String)}[2])) AS trait_1,
    arraySort(groupArrayIf((valid_from, message_id, value), trait = {strings:Array(String)}[7])) AS trait_2,
    arraySort(groupArrayIf((valid_from, message_id, value), trait = {strings:Array(String)}[8])) AS trait_3
  FROM account_traits FINAL
  WHERE 1 AND trait IN ({strings:Array(String)}[1], {strings:Array(String)}[2], {strings:Array(String)}[7], {strings:Array(String)}[8]) AND received_at <= fromUnixTimestamp64Micro({bound:Int64}, 'UTC')
  GROUP BY account_id
) AS trait_arrays USING (account_id)) AS accounts
LEFT JOIN (
  WITH toInt32({day:Int32}) AS last_day, toInt32({lastClosed:Int32}) AS closed_day,
    fromUnixTimestamp64Milli({at:Int64}, 'UTC') AS instant
  SELECT account_id,
    sumIf(n, bitAnd(bitAnd(series_id = 8932535467830273507, day_number >= (last_day - 29)), day_number <= last_day)) AS r0,
    sumIf(n, bitAnd(bitAnd(series_id = 8932535467830273507, day_number >= (last_day - 6)), day_number <= last_day)) AS r1,
    uniqExactArrayIf(members, bitAnd(bitAnd(series_id = 11581256618481423507, day_number >= (last_day - 13)), day_number <= last_day)) AS r2,
    sumIf(n, bitAnd(bitAnd(series_id = 8932535467830273507, day_number >= ((closed_day - 7) - 6)), day_number <= (closed_day - 7))) AS r3,
    sumIf(n, bitAnd(bitAnd(series_id = 8932535467830273507, day_number >= (closed_day - 6)), day_number <= closed_day)) AS r4
  FROM (
  SELECT account_id, series_id, toInt32(day) AS day_number, day, n, v_n, v_sum, v_min, v_max, v_last, v_last_at, v_quantiles, v_texts, members, first_at, last_at
  FROM series_days FINAL
  PREWHERE 1 AND series_id IN (8932535467830273507, 11581256618481423507)
    AND ((series_id = 8932535467830273507 AND day >= toDate(20545) AND day <= toDate(20575)) OR (series_id = 11581256618481423507 AND day >= toDate(20561) AND day <= toDate(20575)))
  WHERE n > 0
  ) AS days
  GROUP BY account_id
) AS days USING (account_id)
)
)
)
)
)
)
)
)
)
)
)
)
SETTINGS join_use_nulls = 0, compile_expressions = 0, do_not_merge_across_partitions_select_final = 1