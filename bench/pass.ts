// One full pass, 40 rules over 60 metrics of 7 series, 20 active days an account in 90: against a query per metric, each
// filtered to its series and window, and against json-rules-engine given the finished values. Then how the pass grows
// from 10 to 100 rules.
//   npx tsx bench/pass.ts [accounts]
import { Engine } from 'json-rules-engine';
import { chooseInput } from '../src/app/evaluate/choose-input.ts';
import { passOverSlices } from '../src/app/evaluate/pass-over-slices.ts';
import type { Store } from '../src/model/store.ts';
import { addDays, dayNumber, type EpochMillis, endOfDay, UTC } from '../src/model/time.ts';
import { compileRuleset } from '../src/rules/compile/compile-ruleset.ts';
import type { EvaluationPlan } from '../src/rules/compile/plan.ts';
import { writeStatement } from '../src/rules/compile/write-statement.ts';
import { readRuleset } from '../src/rules/read-ruleset.ts';
import { readSlices } from '../src/store/evaluation/read-slices.ts';
import {
  execute,
  insertAccounts,
  median,
  peakMemory,
  rowsRead,
  seconds,
  startBenchEngine,
} from './bench-project.ts';
import { ALL_METRICS, EVENTS, jsonRules, LAST_DAY, rulesYaml, SERIES } from './pass/workload.ts';

const ACCOUNTS = Number(process.argv[2] ?? 1_000_000);
const DAYS = 90;
const FIRST_DAY = addDays(LAST_DAY, 1 - DAYS);
const SLICE = 100_000;
const RULES = 40;
/** Of so many accounts, since all of them would take hours. */
const SAMPLE = 20_000;

const engine = await startBenchEngine();
try {
  const store = await engine.open('pass');
  const plan = planOf(RULES);
  await insertAccounts(store, ACCOUNTS, FIRST_DAY);
  for (let series = 0; series < SERIES; series++) await fillSeries(store, seriesId(plan, series), series);
  await execute(store, 'OPTIMIZE TABLE series_days FINAL');
  console.log(
    `accounts ${ACCOUNTS}, rules ${RULES}, metrics ${ALL_METRICS.length}, series ${SERIES}, rows ${await countRows(store)}`,
  );

  const rounds = ACCOUNTS > 300_000 ? 1 : 3;
  await pass(store, plan); // Both ways below find the columns in memory.
  const ours = await timed(rounds, () => pass(store, plan));
  const perMetric = await timed(rounds, () => queryPerMetric(store, plan));
  const read = await rowsOfPass(store, plan);
  const sample = await timeRulesEngine(store, plan);
  const rulesEngine = sample.seconds * (ACCOUNTS / Math.min(SAMPLE, ACCOUNTS));
  console.log(
    `one pass (metrics, conditions)        ${ours.toFixed(2)} s, ${read} rows read, peak memory of the engine ${peakMemory(engine)}`,
  );
  console.log(
    `(a) a query per metric                ${perMetric.toFixed(2)} s: the pass is ${(perMetric / ours).toFixed(2)} times as fast`,
  );
  console.log(
    `(b) json-rules-engine, values given   ${rulesEngine.toFixed(0)} s, from ${Math.min(SAMPLE, ACCOUNTS)} accounts: the pass is ${(rulesEngine / ours).toFixed(1)} times as fast`,
  );

  await compareSums(store, plan);
  await compareFired(store, plan, sample.fired);
  console.log('all three agree');

  const few = await timed(rounds, () => pass(store, planOf(10)));
  const many = await timed(rounds, () => pass(store, planOf(100)));
  console.log(
    `rules 10 to 100: ${few.toFixed(2)} s to ${many.toFixed(2)} s, ${(many / few).toFixed(2)} times`,
  );
} finally {
  await engine.stop();
}

function planOf(rules: number): EvaluationPlan {
  const { ruleset, problems } = readRuleset({ 'bench.yaml': rulesYaml(rules) }, {});
  if (ruleset === undefined) throw new Error(problems.map(({ message }) => message).join('\n'));
  return compileRuleset(ruleset, { timezone: UTC });
}

function seriesId(plan: EvaluationPlan, series: number): string {
  const found = plan.series.find(({ definition: { events, perUser } }) => {
    if (perUser) return false;
    return events.kind === 'named' ? events.names[0] === EVENTS[series] : EVENTS[series] === undefined;
  });
  if (found === undefined) throw new Error(`the plan has no series ${series}`);
  return found.id;
}

/** Twenty of ninety days of each account, one to three users of ten on each. */
async function fillSeries(store: Store, id: string, series: number): Promise<void> {
  for (let day = FIRST_DAY; day <= LAST_DAY; day = addDays(day, 1)) {
    await execute(
      store,
      `INSERT INTO series_days (account_id, series_id, day, n, members, first_at, last_at, version)
SELECT concat('a', toString(number)), ${id}, {day:Date}, 1 + cityHash64(number, {day:Date}) % 40,
  arraySort(arrayDistinct(arrayMap(i -> sipHash64(number, (cityHash64(number, {day:Date}) + i * 7) % 10), range(1 + number % 3)))),
  toDateTime64({day:Date}, 3, 'UTC'), toDateTime64({day:Date}, 3, 'UTC'), 1
FROM numbers({accounts:UInt64})
WHERE (number * 5 + ${dayNumber(day)} * 2 + ${series}) % 9 < 2`,
      { day, accounts: ACCOUNTS },
    );
  }
}

async function pass(store: Store, plan: EvaluationPlan): Promise<void> {
  await execute(store, 'TRUNCATE TABLE results');
  const slices = await readSlices(store, SLICE);
  await passOverSlices(
    store,
    plan,
    slices.map((slice) => inputOf({ slice })),
  );
}

function inputOf(more: Partial<Parameters<typeof chooseInput>[0]>) {
  return chooseInput({
    kind: 'close',
    day: LAST_DAY,
    at: (endOfDay(LAST_DAY, UTC) - 1) as EpochMillis,
    timezone: UTC,
    tick: Date.now() * 1000,
    ...more,
  });
}

async function queryPerMetric(store: Store, plan: EvaluationPlan): Promise<void> {
  await execute(
    store,
    'CREATE TABLE IF NOT EXISTS one_metric (name LowCardinality(String), account_id String, value Float64) ENGINE = MergeTree ORDER BY (name, account_id)',
  );
  await execute(store, 'TRUNCATE TABLE one_metric');
  const last = dayNumber(LAST_DAY);
  for (const { name, series, sql, days } of ALL_METRICS) {
    const since = days === undefined ? '' : ` AND day > toDate(${last - days})`;
    await execute(
      store,
      `INSERT INTO one_metric SELECT '${name}', account_id, toFloat64(${sql.replaceAll('{last}', String(last))}) FROM series_days FINAL
WHERE series_id = ${seriesId(plan, series)} AND n > 0 AND day <= toDate(${last})${since} GROUP BY account_id
SETTINGS do_not_merge_across_partitions_select_final = 1`,
    );
  }
}

/** Of each metric the sum over all accounts, by the pass and by its own query. */
async function compareSums(store: Store, plan: EvaluationPlan): Promise<void> {
  const ours = await store.query<{ sums: readonly number[] }>({
    sql: 'SELECT sumForEach(metrics) AS sums FROM results',
    params: {},
    columns: ['sums'],
  });
  const theirs = await store.query<{ name: string; sum: number }>({
    sql: 'SELECT name, sum(value) AS sum FROM one_metric GROUP BY name',
    params: {},
    columns: ['name', 'sum'],
  });
  const expected = new Map(theirs.map(({ name, sum }) => [name, sum]));
  [...plan.ruleset.metrics.keys()].forEach((name, index) => {
    const [sum, query] = [ours[0]?.sums[index] ?? 0, expected.get(name) ?? 0];
    if (Math.abs(sum - query) > 1e-9 * Math.max(1, Math.abs(query)))
      throw new Error(`${name}: the pass sums to ${sum}, its own query to ${query}`);
  });
}

interface RulesEngineRun {
  readonly seconds: number;
  /** How often a rule held for an account. */
  readonly fired: number;
}

async function timeRulesEngine(store: Store, plan: EvaluationPlan): Promise<RulesEngineRun> {
  const rules = new Engine(jsonRules(RULES), { allowUndefinedFacts: true });
  const rows = await store.query<{ metrics: readonly (number | null)[] }>({
    sql: 'SELECT metrics FROM results ORDER BY account_id LIMIT {sample:UInt32}',
    params: { sample: SAMPLE },
    columns: ['metrics'],
  });
  const names = [...plan.ruleset.metrics.keys()];
  const facts = rows.map(({ metrics }) =>
    Object.fromEntries(names.map((name, index) => [name, metrics[index] ?? Number.NEGATIVE_INFINITY])),
  );
  let fired = 0;
  const spent = await seconds(async () => {
    for (const fact of facts) fired += (await rules.run(fact)).events.length;
  });
  return { seconds: spent, fired };
}

async function compareFired(store: Store, plan: EvaluationPlan, fired: number): Promise<void> {
  const roots = [...plan.layout.rules.values()].map(({ when }) => when + 1);
  const rows = await store.query<{ held: string }>({
    sql: `SELECT sum(arrayCount(o -> o = 'true', arrayMap(i -> outcomes[i], [${roots.join(', ')}]))) AS held
FROM (SELECT outcomes FROM results ORDER BY account_id LIMIT {sample:UInt32})`,
    params: { sample: SAMPLE },
    columns: ['held'],
  });
  if (Number(rows[0]?.held) !== fired)
    throw new Error(`rules held ${rows[0]?.held} times by the pass, ${fired} by json-rules-engine`);
}

async function rowsOfPass(store: Store, plan: EvaluationPlan): Promise<number> {
  let rows = 0;
  for (const slice of await readSlices(store, SLICE))
    rows += await rowsRead(store, writeStatement(plan, inputOf({ slice })));
  return rows;
}

async function timed(rounds: number, work: () => Promise<void>): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) times.push(await seconds(work));
  return median(times);
}

async function countRows(store: Store): Promise<string> {
  const [row] = await store.query<{ rows: string }>({
    sql: 'SELECT count() AS rows FROM series_days',
    params: {},
    columns: ['rows'],
  });
  return row?.rows ?? '';
}
