// The closes of many tests in few statements: a row of results for each account and day.
import type { AccountId } from '../../model/ids.ts';
import type { Store } from '../../model/store.ts';
import type { EpochMicros } from '../../model/time.ts';
import type { EvaluationPlan } from '../../rules/compile/plan.ts';
import { writeStatement } from '../../rules/compile/write-statement.ts';
import type { ResultArrays } from '../../scoring/read-facts.ts';
import { dropPrepared } from '../../store/evaluation/prepared-values.ts';
import { prepareValues } from '../evaluate/prepare-values.ts';
import { refreshChampions } from '../evaluate/refresh-champions.ts';
import { keepCloses } from './keep-closes.ts';
import type { Close } from './list-closes.ts';

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
  /** A new one for each statement. Rows and transitions up to it are seen. */
  readonly ticks: () => EpochMicros;
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
    const own = test.closes.length * test.accounts.length;
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

/** As a close does: champions ▶ sequences and ranks ▶ the one statement. */
async function evaluateSlice(
  { store, plan, tests, ticks }: EvaluateCloses,
  rows: Map<AccountId, Map<number, ResultArrays>>,
): Promise<void> {
  const tick = ticks();
  const input = await keepCloses({ store, timezone: plan.timezone, tests, tick });
  if (plan.champion.asked) await refreshChampions(store, plan, input);
  if (plan.preparations.length > 0) await dropPrepared(store, tick);
  await prepareValues(store, plan, [input]);
  const { sql, params } = writeStatement(plan, input);
  const found = await store.query<CloseRow>({
    sql: `SELECT account_id, toInt32(toDate(at, {timezone:String})) AS day, metrics, texts, outcomes, scores
FROM (
${sql}
)`,
    params,
    columns: [],
  });
  for (const { account_id, day, scores, ...arrays } of found) {
    const own = rows.get(account_id) ?? new Map<number, ResultArrays>();
    own.set(day, { ...arrays, scores: scores.map((score) => (score === null ? null : Number(score))) });
    rows.set(account_id, own);
  }
}
