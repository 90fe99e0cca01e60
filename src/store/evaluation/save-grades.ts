// Keeps the history of grades: a row where an account's grade is another than in its last row.
import type { Store } from '../../model/store.ts';
import type { Day, EpochMicros, EpochMillis } from '../../model/time.ts';

export interface StoredGrade {
  readonly name: string;
  /** Gives the letter; at most 26 bands. */
  readonly first: GradedTotal;
  /** Gives the number. */
  readonly second: GradedTotal;
}

interface GradedTotal {
  /** Index from 0 into the scores of a result row, hundredths of a point. */
  readonly total: number;
  /** Of its bands, rising, in points; the first is 0. */
  readonly bounds: readonly number[];
}

export interface GradeWrite {
  readonly tick: EpochMicros;
  readonly at: EpochMillis;
  readonly day: Day;
  readonly grades: readonly StoredGrade[];
}

export async function saveGrades(store: Store, { tick, at, day, grades }: GradeWrite): Promise<void> {
  for (const grade of grades) await saveGrade(store, { tick, at, day, grade });
}

const saveGrade = (
  store: Store,
  { tick, at, day, grade }: Omit<GradeWrite, 'grades'> & { readonly grade: StoredGrade },
) =>
  store.execute({
    sql: `INSERT INTO grades (account_id, grade, tick, at, day, value)
SELECT account_id, {grade:String}, {tick:UInt64}, fromUnixTimestamp64Milli({at:Int64}, 'UTC'), {day:Date}, now.value
FROM (
  SELECT account_id, scores[{first:UInt32}] AS first, scores[{second:UInt32}] AS second,
    arrayCount(bound -> bound > assumeNotNull(first) / 100, {firstBounds:Array(Float64)}) AS letter,
    arrayCount(bound -> bound > assumeNotNull(second) / 100, {secondBounds:Array(Float64)}) AS number,
    if(isNull(first) OR isNull(second), '', concat(char(65 + letter), toString(1 + number))) AS value
  FROM results WHERE tick = {tick:UInt64}
) AS now
LEFT JOIN (
  SELECT account_id, argMax(value, tick) AS value FROM grades
  WHERE grade = {grade:String} AND tick < {tick:UInt64}
  GROUP BY account_id
) AS last USING (account_id)
WHERE now.value != last.value
SETTINGS join_use_nulls = 0`,
    params: {
      tick,
      at,
      day,
      grade: grade.name,
      first: grade.first.total + 1,
      second: grade.second.total + 1,
      firstBounds: grade.first.bounds,
      secondBounds: grade.second.bounds,
    },
    columns: [],
  });
