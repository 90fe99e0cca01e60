// A close with all shipped rules over many accounts, against one query per metric, each filtered to its series and
// window. Both read the same stored series and write one row an account. Prints the ratio, seconds and rows read.
//   npx tsx bench/close.ts [accounts] [days]

import { chooseInput } from '../src/app/evaluate/choose-input.ts';
import { evaluateClose } from '../src/app/evaluate/evaluate-close.ts';
import type { Store } from '../src/model/store.ts';
import { addDays, type Day, dayNumber, type EpochMillis } from '../src/model/time.ts';
import { compileRuleset } from '../src/rules/compile/compile-ruleset.ts';
import type { EvaluationPlan } from '../src/rules/compile/plan.ts';
import { writeStatement } from '../src/rules/compile/write-statement.ts';
import { seriesJson } from '../src/rules/definition-json.ts';
import { writeSeries } from '../src/store/evaluation/series-state.ts';
import {
  execute,
  insertAccounts,
  median,
  openEvaluator,
  rowsRead,
  seconds,
  startBenchEngine,
} from './bench-project.ts';

const ACCOUNTS = Number(process.argv[2] ?? 100_000);
const DAYS = Number(process.argv[3] ?? 90);
const ROUNDS = 5;
const FIRST = '2026-01-01' as Day;
const LAST = addDays(FIRST, DAYS - 1);

const engine = await startBenchEngine();
try {
  const store = await engine.open('close');
  const evaluator = await openEvaluator(store);
  const plan = compileRuleset(evaluator.ruleset, { timezone: evaluator.timezone });
  await insertAccounts(store, ACCOUNTS, FIRST);
  for (const series of plan.series) await fillSeries(store, series.id);
  for (const { id, definition } of plan.series) {
    const row = { definition: seriesJson(definition), timezone: evaluator.timezone, semantics: 1 };
    await writeSeries(evaluator, { id, ...row, state: 'ready', wholeTo: evaluator.clock.now() });
  }
  await evaluateClose(evaluator, addDays(LAST, -1));

  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(await seconds(() => evaluateClose(evaluator, LAST)));
    theirs.push(await seconds(() => oneQueryPerMetric(store, plan)));
  }
  const input = chooseInput({
    kind: 'close',
    day: LAST,
    at: 0 as EpochMillis,
    timezone: evaluator.timezone,
    tick: 0,
  });
  const oursRead = await rowsRead(store, writeStatement(plan, input));
  const selects = onePerMetric(plan).map((sql) => ({ sql, params: {}, columns: [] }));
  let theirsRead = 0;
  for (const select of selects) theirsRead += await rowsRead(store, select);
  const [own, other] = [median(ours), median(theirs)];
  console.log(
    `accounts ${ACCOUNTS}, days ${DAYS}, series ${plan.series.length}, metrics ${plan.columns.metrics.length}, rules ${plan.layout.rules.size}`,
  );
  console.log(
    `close, all of it (metrics, conditions, scores, signals)  ${own.toFixed(2)} s  ${oursRead} rows read`,
  );
  console.log(
    `one query per metric (metrics alone)                     ${other.toFixed(2)} s  ${theirsRead} rows read`,
  );
  console.log(
    `ratio: a close is ${(other / own).toFixed(2)} times as fast (median of ${ROUNDS}; ${ours.map((s) => s.toFixed(2)).join(' ')} against ${theirs.map((s) => s.toFixed(2)).join(' ')})`,
  );
} finally {
  await engine.stop();
}

/** One row an account and day, with three users of ten. */
async function fillSeries(store: Store, id: string): Promise<void> {
  for (let day = FIRST; day <= LAST; day = addDays(day, 1)) {
    await execute(
      store,
      `INSERT INTO series_days (account_id, series_id, day, n, v_n, v_sum, members, first_at, last_at, version)
SELECT concat('a', toString(number)), ${id}, {day:Date}, 1 + cityHash64(number, {day:Date}) % 40, 1, 3.5,
  arraySort(arrayDistinct(arrayMap(i -> sipHash64(number, (cityHash64(number, {day:Date}) + i * 7) % 10), range(3)))),
  toDateTime64({day:Date}, 3, 'UTC'), toDateTime64({day:Date}, 3, 'UTC'), 1
FROM numbers({accounts:UInt64})`,
      { day, accounts: ACCOUNTS },
    );
  }
}

/** What a straightforward job would run: a metric at a time, into a table. */
async function oneQueryPerMetric(store: Store, plan: EvaluationPlan): Promise<void> {
  await execute(
    store,
    'CREATE TABLE IF NOT EXISTS one_metric (account_id String, value Float64) ENGINE = MergeTree ORDER BY account_id',
  );
  await execute(store, 'TRUNCATE TABLE one_metric');
  for (const select of onePerMetric(plan)) await execute(store, `INSERT INTO one_metric ${select}`);
}

function onePerMetric(plan: EvaluationPlan): readonly string[] {
  const series = (event: string) =>
    plan.series.find(({ definition: { events } }) =>
      events.kind === 'named' ? events.names.includes(event) : event === 'any',
    )?.id ?? '0';
  const last = dayNumber(LAST);
  const within = (days: number, back = 0) =>
    `day > toDate(${last - back - days}) AND day <= toDate(${last - back})`;
  const ever = `day <= toDate(${last})`;
  const queries: readonly (readonly [string, string, string])[] = [
    ['sum(n)', series('message_sent'), ever],
    ['sum(n)', series('message_sent'), within(14)],
    ['sum(n)', series('message_sent'), within(14, 14)],
    ['sum(n)', series('message_sent'), within(30)],
    ['uniqExactArray(members)', series('any'), within(14)],
    ['uniqExactArray(members)', series('any'), within(14, 14)],
    ['count()', series('any'), within(28)],
    ['max(toInt32(day))', series('any'), ever],
    ['min(toInt32(day))', series('any'), ever],
    ['sum(v_sum)', series('file_shared'), within(30)],
  ];
  return queries.map(
    ([value, id, days]) => `SELECT account_id, toFloat64(${value}) FROM series_days FINAL
WHERE series_id = ${id} AND n > 0 AND ${days} GROUP BY account_id
SETTINGS do_not_merge_across_partitions_select_final = 1`,
  );
}
