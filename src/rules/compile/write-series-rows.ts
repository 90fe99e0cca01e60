// SQL that turns raw rows into the days of series: what is stored in series_days and series_user_days, and what is
// made on the spot for series that are not stored.
import type { SeriesId } from '../../model/ids.ts';
import type { SeriesDefinition } from '../series.ts';
import type { TextScope } from './compilation.ts';
import { writeMatches } from './write-matches.ts';

export interface IdentifiedSeries {
  readonly id: SeriesId;
  readonly definition: SeriesDefinition;
}

/** Columns of both tables behind account_id, series_id and, for users, user_id; and before version. */
export const MEASURED_COLUMNS = [
  'day',
  'n',
  'v_n',
  'v_sum',
  'v_min',
  'v_max',
  'v_last',
  'v_last_at',
  'v_quantiles',
  'v_texts',
  'members',
  'first_at',
  'last_at',
] as const;

/** Of values below 1 it is off by three times the accuracy: still within one percent. The levels are the language's. */
export const QUANTILES = '(0.002, 0.5, 0.9, 0.95, 0.99)';

export interface SeriesRows {
  /** All per user, or none; they read the same rows. */
  readonly series: readonly IdentifiedSeries[];
  /** SQL that yields account_id, event, timestamp, id, user_id, properties and local_day, each event once. */
  readonly rows: string;
  /** `UNION ALL` and SQL of the keys that are to be written with n = 0, in the columns of the matched rows. */
  readonly vanished?: string;
}

export const isPerUser = (series: readonly IdentifiedSeries[]): boolean =>
  series[0]?.definition.perUser === true;

/** Yields account_id, series_id, user_id for users, and the measured columns. */
export function writeSeriesRows(text: TextScope, { series, rows, vanished = '' }: SeriesRows): string {
  const user = isPerUser(series) ? ' user_id,' : '';
  return `SELECT
  account_id, series_id,${user} local_day AS day,
  sum(real) AS n,
  count(value) AS v_n,
  sum(ifNull(value, 0)) AS v_sum,
  min(toFloat64(value)) AS v_min,
  max(toFloat64(value)) AS v_max,
  argMax(toFloat64(value), (timestamp, id)) AS v_last,
  maxIf(timestamp, isNotNull(value)) AS v_last_at,
  quantilesDDState${QUANTILES}(toFloat64(value)) AS v_quantiles,
  arraySort(groupUniqArrayIf(assumeNotNull(text), isNotNull(text))) AS v_texts,
  arraySort(groupUniqArrayIf(sipHash64(user_id), real = 1 AND user_id != '')) AS members,
  minIf(timestamp, real = 1) AS first_at,
  maxIf(timestamp, real = 1) AS last_at
FROM (
  SELECT account_id, matched.1 AS series_id, local_day, matched.2 AS value, matched.3 AS text, user_id, timestamp, id, 1 AS real
  FROM (
    SELECT *, ${writeMatches(text, series)} AS matches
    FROM (
${rows}
    )
  )
  ARRAY JOIN matches AS matched${vanished}
)
GROUP BY account_id, series_id,${user} day`;
}
