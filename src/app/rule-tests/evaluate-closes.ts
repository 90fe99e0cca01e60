// The closes of many tests in few statements: a row of results for each account and day.
import type { AccountId } from '../../model/ids.ts';
import type { Store } from '../../model/store.ts';
import { type EpochMicros, startOfDay, type TimeZone } from '../../model/time.ts';
import type { EvaluationInput } from '../../rules/compile/evaluation-input.ts';
import type { EvaluationPlan } from '../../rules/compile/plan.ts';
import { writeStatement } from '../../rules/compile/write-statement.ts';
import type { ResultArrays } from '../../scoring/read-facts.ts';
import { dropPrepared } from '../../store/evaluation/prepared-values.ts';
import { prepareValues } from '../evaluate/prepare-values.ts';
import { refreshChampions } from '../evaluate/refresh-champions.ts';
import type { Close } from './list-closes.ts';
import { TEST_NUMBER_SQL } from './test-prefix.ts';

export interface ClosedTest {
  /** From 1: the one in the prefix of its ids. */
  readonly number: number;
  /** One day after the other. */
  readonly closes: readonly Close[];
  /** With the prefix, sorted. */
  readonly accounts: readonly AccountId[];
}

export interface EvaluateCloses {
  readonly store: Store;
  readonly plan: EvaluationPlan;
  readonly tests: readonly ClosedTest[];
  /** Rows and transitions up to it are seen. */
  readonly tick: EpochMicros;
}

/** Rows by account, then by day number; a day on which an account was not there yet has none. */
export type CloseRows = ReadonlyMap<AccountId, ReadonlyMap<number, ResultArrays>>;

/** Account-days in one statement: its answer is held in memory. */
const MOST_DAYS_AT_ONCE = 20_000;

export async function evaluateCloses({ tests, ...options }: EvaluateCloses): Promise<CloseRows> {
  const rows = new Map<AccountId, Map<number, ResultArrays>>();
  for (const slice of sliceTests(tests)) await evaluateSlice({ ...options, tests: slice }, rows);
  return rows;
}

/** Whole tests, since accounts of one may be ranked among each other. */
function sliceTests(tests: readonly ClosedTest[]): readonly (readonly ClosedTest[])[] {
  const slices: ClosedTest[][] = [];
  let days = Number.POSITIVE_INFINITY;
  for (const test of tests) {
    const own = test.closes.length;
    if (days + own > MOST_DAYS_AT_ONCE) {
      slices.push([]);
      days = 0;
    }
    days += own;
    slices.at(-1)?.push(test);
  }
  return slices;
}

interface CloseRow {
  readonly account_id: AccountId;
  readonly day: number;
  readonly metrics: ResultArrays['metrics'];
  readonly texts: ResultArrays['texts'];
  readonly outcomes: ResultArrays['outcomes'];
  /** As text because they are 64-bit. */
  readonly scores: readonly (string | null)[];
}

async function evaluateSlice(
  { store, plan, tests, tick }: EvaluateCloses,
  rows: Map<AccountId, Map<number, ResultArrays>>,
): Promise<void> {
  const input = chooseCloses({ tests, timezone: plan.timezone, tick });
  if (plan.champion.asked) await refreshChampions(store, plan, input);
  if (plan.preparations.length > 0) await dropPrepared(store, tick);
  await prepareValues(store, plan, [input]);
  const { sql, params } = writeStatement(plan, input);
  const found = await store.query<CloseRow>({
    sql: `SELECT account_id, toInt32(toDate(at, {timezone:String})) AS day, metrics, texts, outcomes, scores\nFROM (\n${sql}\n)`,
    params,
    columns: [],
  });
  for (const { account_id, day, scores, ...arrays } of found) {
    const own = rows.get(account_id) ?? new Map<number, ResultArrays>();
    own.set(day, { ...arrays, scores: scores.map((score) => (score === null ? null : Number(score))) });
    rows.set(account_id, own);
  }
}

/** Every account of each test at the close of each of its days, from the day on which the account is there. */
function chooseCloses({
  tests,
  timezone,
  tick,
}: {
  readonly tests: readonly ClosedTest[];
  readonly timezone: TimeZone;
  readonly tick: EpochMicros;
}): EvaluationInput {
  const closes = [
    ...new Map(tests.flatMap((test) => test.closes).map((close) => [close.number, close])).values(),
  ];
  const numbers = closes.map(({ number }) => number);
  const [earliest, latest] = [Math.min(...numbers), Math.max(...numbers)];
  return {
    relation: `SELECT
    account_id,
    fromUnixTimestamp64Milli({instants:Array(Int64)}[indexOf({days:Array(Int32)}, last_day)], 'UTC') AS instant,
    fromUnixTimestamp64Milli({before:Array(Int64)}[indexOf({days:Array(Int32)}, last_day)], 'UTC') AS previous_close,
    last_day,
    last_day AS closed_day,
    toInt32(toDate(first_seen, {timezone:String})) AS first_day,
    first_known
  FROM (
    SELECT account_id, first_seen, first_known,
      toInt32(arrayJoin(range({froms:Array(Int32)}[place], {tos:Array(Int32)}[place] + 1))) AS last_day
    FROM (
      SELECT account_id, min(first_seen) AS first_seen, min(first_known) AS first_known,
        indexOf({tests:Array(UInt32)}, ${TEST_NUMBER_SQL}) AS place
      FROM accounts GROUP BY account_id)
    WHERE place > 0)
  WHERE first_seen <= instant`,
    accounts: `has({tests:Array(UInt32)}, ${TEST_NUMBER_SQL})`,
    day: latest,
    lastClosed: latest,
    earliestDay: earliest,
    world: TEST_NUMBER_SQL,
    params: {
      tests: tests.map(({ number }) => number),
      froms: tests.map((test) => test.closes[0]?.number ?? 0),
      tos: tests.map((test) => test.closes.at(-1)?.number ?? 0),
      days: numbers,
      instants: closes.map(({ at }) => at),
      before: closes.map(({ day }) => startOfDay(day, timezone) - 1),
      timezone,
    },
    tick,
  };
}
