// The account-days that a statement looks at, in a table of the run's own: a statement names them in many places, and
// reading them is cheaper for the engine than finding them anew in each.
import type { Store } from '../../model/store.ts';
import { type EpochMicros, startOfDay, type TimeZone } from '../../model/time.ts';
import type { EvaluationInput } from '../../rules/compile/evaluation-input.ts';
import type { Close } from './list-closes.ts';
import { TEST_NUMBER_SQL } from './test-prefix.ts';

export const makeClosesTable = (store: Store) =>
  store.execute({
    sql: `CREATE TABLE rule_test_closes (
  tick UInt64,
  account_id String,
  instant DateTime64(3, 'UTC'),
  previous_close DateTime64(3, 'UTC'),
  last_day Int32,
  first_day Int32,
  first_known DateTime64(6, 'UTC')
) ENGINE = Memory`,
    params: {},
    columns: [],
  });

export interface KeepCloses {
  readonly store: Store;
  readonly timezone: TimeZone;
  /** The number of each test, and its closes one day after the other. */
  readonly tests: readonly { readonly number: number; readonly closes: readonly Close[] }[];
  readonly tick: EpochMicros;
}

/** Every account of each test at the close of each of its days, from the day on which the account is there. */
export async function keepCloses({ store, timezone, tests, tick }: KeepCloses): Promise<EvaluationInput> {
  const closes = [
    ...new Map(tests.flatMap((test) => test.closes).map((close) => [close.number, close])).values(),
  ];
  const days = closes.map(({ number }) => number);
  const numbers = tests.map(({ number }) => number);
  await store.execute({
    sql: `INSERT INTO rule_test_closes
SELECT {tick:UInt64}, account_id,
  fromUnixTimestamp64Milli({instants:Array(Int64)}[indexOf({days:Array(Int32)}, last_day)], 'UTC') AS instant,
  fromUnixTimestamp64Milli({before:Array(Int64)}[indexOf({days:Array(Int32)}, last_day)], 'UTC'),
  last_day, toInt32(toDate(first_seen, {timezone:String})), first_known
FROM (
  SELECT account_id, first_seen, first_known,
    toInt32(arrayJoin(range({froms:Array(Int32)}[place], {tos:Array(Int32)}[place] + 1))) AS last_day
  FROM (
    SELECT account_id, min(first_seen) AS first_seen, min(first_known) AS first_known,
      indexOf({tests:Array(UInt32)}, ${TEST_NUMBER_SQL}) AS place
    FROM accounts GROUP BY account_id)
  WHERE place > 0)
WHERE first_seen <= instant`,
    params: {
      tick,
      timezone,
      tests: numbers,
      froms: tests.map((test) => test.closes[0]?.number ?? 0),
      tos: tests.map((test) => test.closes.at(-1)?.number ?? 0),
      days,
      instants: closes.map(({ at }) => at),
      before: closes.map(({ day }) => startOfDay(day, timezone) - 1),
    },
    columns: [],
  });
  return {
    relation: `SELECT account_id, instant, previous_close, last_day, last_day AS closed_day, first_day, first_known
  FROM rule_test_closes WHERE tick = {tick:UInt64}`,
    accounts: `has({tests:Array(UInt32)}, ${TEST_NUMBER_SQL})`,
    day: Math.max(...days),
    lastClosed: Math.max(...days),
    earliestDay: Math.min(...days),
    // Accounts of another test are nobody's peers.
    world: TEST_NUMBER_SQL,
    params: { tests: numbers, timezone },
    tick,
  };
}
