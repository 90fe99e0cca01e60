// Keeps the history of scores: a row where an account's score, its band or its parts are others than in its last row.
import type { Store } from '../../model/store.ts';
import type { Day, EpochMicros, EpochMillis } from '../../model/time.ts';

/** Indexes from 0 into the arrays of a result row. */
export interface StoredScore {
  readonly name: string;
  readonly total: number;
  readonly coverage: number;
  readonly parts: readonly {
    readonly name: string;
    readonly weight: number;
    readonly points: number;
    /** Into `metrics`; undefined where the part has no number of its own. */
    readonly metric: number | undefined;
  }[];
  /** Rising lower bounds, in points. */
  readonly bands: readonly { readonly name: string; readonly from: number }[];
}

export interface ScoreWrite {
  readonly tick: EpochMicros;
  readonly at: EpochMillis;
  readonly day: Day;
  readonly scores: readonly StoredScore[];
}

export async function saveScores(store: Store, { tick, at, day, scores }: ScoreWrite): Promise<void> {
  for (const score of scores) await saveScore(store, { tick, at, day, score });
}

const saveScore = (
  store: Store,
  { tick, at, day, score }: Omit<ScoreWrite, 'scores'> & { readonly score: StoredScore },
) =>
  store.execute({
    sql: `INSERT INTO scores (account_id, score, tick, at, day, value, band, coverage, parts)
SELECT account_id, score, tick, at, day, value, band, coverage, parts FROM (
SELECT account_id, {score:String} AS score, {tick:UInt64} AS tick, fromUnixTimestamp64Milli({at:Int64}, 'UTC') AS at, {day:Date} AS day,
  CAST(total / 100, 'Nullable(Decimal(9, 2))') AS value,
  if(isNull(total), '', arrayElement({bands:Array(String)}, arrayLastIndex(bound -> bound <= total / 100, {bounds:Array(Float64)}))) AS band,
  coverage,
  toJSONString(arrayMap(
    (part, weight, points, metric) -> CAST((part, weight, points / 100, if(metric = 0, NULL, metrics[metric])),
      'Tuple(part String, weight Float64, points Nullable(Float64), value Nullable(Float64))'),
    {parts:Array(String)}, {weights:Array(Float64)}, arrayMap(i -> scores[i], {points:Array(UInt32)}), {metrics:Array(UInt32)})) AS parts
FROM (
  SELECT account_id, scores, metrics, scores[{total:UInt32}] AS total, ifNull(scores[{coverage:UInt32}], 0) / 10000 AS coverage
  FROM results WHERE tick = {tick:UInt64}
)
) AS now
LEFT JOIN (
  SELECT account_id, argMax((value, band, coverage, parts), tick) AS previous FROM scores
  WHERE score = {score:String} AND tick < {tick:UInt64}
  GROUP BY account_id
) AS last USING (account_id)
WHERE (ifNull(now.value, -1), band, coverage, parts) != (ifNull(previous.1, -1), previous.2, previous.3, previous.4)
  AND (isNotNull(now.value) OR previous.4 != '')
SETTINGS join_use_nulls = 0`,
    params: {
      tick,
      at,
      day,
      score: score.name,
      total: score.total + 1,
      coverage: score.coverage + 1,
      bands: score.bands.map((band) => band.name),
      bounds: score.bands.map((band) => band.from),
      parts: score.parts.map((part) => part.name),
      weights: score.parts.map((part) => part.weight),
      points: score.parts.map((part) => part.points + 1),
      metrics: score.parts.map((part) => (part.metric === undefined ? 0 : part.metric + 1)),
    },
    columns: [],
  });
