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

/**
 * Columns behind account_id, series_id and, for users, user_id; and before version. Who was in a user's own row is
 * known; their latest value takes its event to tell which is the later of two users' in one millisecond.
 */
export const measuredColumns = (perUser: boolean): readonly string[] => [
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
  perUser ? 'v_last_id' : 'members',
  'first_at',
  'last_at',
];

/** Of values below 1 it is off by three times the accuracy: still within one percent. The levels are the language's. */
export const QUANTILES = '(0.002, 0.5, 0.9, 0.95, 0.99)';

const NUMBERS = `count(value) AS v_n,
  sum(ifNull(value, 0)) AS v_sum,
  min(toFloat64(value)) AS v_min,
  max(toFloat64(value)) AS v_max,
  argMax(toFloat64(value), (timestamp, id)) AS v_last,
  maxIf(timestamp, isNotNull(value)) AS v_last_at,
  [quantilesDDState${QUANTILES}(toFloat64(value))] AS v_quantiles`;

const NO_NUMBER = `CAST(NULL, 'Nullable(Float64)')`;
const NO_NUMBERS = `toUInt64(0) AS v_n,
  toDecimal128(0, 10) AS v_sum,
  ${NO_NUMBER} AS v_min,
  ${NO_NUMBER} AS v_max,
  ${NO_NUMBER} AS v_last,
  toDateTime64(0, 3, 'UTC') AS v_last_at,
  CAST([], 'Array(AggregateFunction(quantilesDD${QUANTILES}, Nullable(Float64)))') AS v_quantiles`;

const LAST_ID = 'argMaxIf(id, (timestamp, id), isNotNull(value))';

const TEXTS = 'arraySort(groupUniqArrayIf(assumeNotNull(text), isNotNull(text)))';
const NO_TEXTS = `CAST([], 'Array(UInt64)')`;
const MEMBERS = `arraySort(groupUniqArrayIf(sipHash64(user_id), real = 1 AND user_id != ''))`;

export interface SeriesRows {
  /** One of groupSeries: all per user, or none; they read the same rows. */
  readonly series: readonly IdentifiedSeries[];
  /** SQL that yields account_id, event, timestamp, id, user_id, properties and local_day, each event once. */
  readonly rows: string;
  /** `UNION ALL` and SQL of the keys that are to be written with n = 0, in the columns of the matched rows. */
  readonly vanished?: string;
}

export const isPerUser = (series: readonly IdentifiedSeries[]): boolean =>
  series[0]?.definition.perUser === true;

/** Series that one statement may aggregate together: rows that carry less than the most of them would pay for it. */
export function groupSeries<T extends IdentifiedSeries>(series: readonly T[]): readonly (readonly T[])[] {
  const groups = new Map<string, T[]>();
  for (const one of series) {
    const { events, perUser, measure } = one.definition;
    const key = JSON.stringify([events, perUser, measure.kind === 'numbers']);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()];
}

/**
 * Yields account_id, series_id, user_id for users, and the measured columns. What none of the series measures is a
 * constant: an empty sketch of percentiles alone would take a kilobyte for each user and day.
 */
export function writeSeriesRows(text: TextScope, { series, rows, vanished = '' }: SeriesRows): string {
  const user = isPerUser(series) ? ' user_id,' : '';
  const kinds = new Set(series.map(({ definition }) => definition.measure.kind));
  return `SELECT
  account_id, series_id,${user} local_day AS day,
  sum(real) AS n,
  ${kinds.has('numbers') ? NUMBERS : NO_NUMBERS},
  ${kinds.has('texts') || kinds.has('names') ? TEXTS : NO_TEXTS} AS v_texts,
  ${isPerUser(series) ? `${kinds.has('numbers') ? LAST_ID : "''"} AS v_last_id` : `${MEMBERS} AS members`},
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
