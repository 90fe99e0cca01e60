// One run of tests on a database of their own: load events ▶ plan ▶ fill series ▶ evaluate every close of many tests at
// once, stratum by stratum, and advance signals in memory ▶ compare.
import type { AccountId, SinkName } from '../../model/ids.ts';
import type { Transition } from '../../model/signal.ts';
import { type EpochMicros, type TimeZone, UTC } from '../../model/time.ts';
import { championSeries } from '../../rules/compile/champion-series.ts';
import { compileRuleset } from '../../rules/compile/compile-ruleset.ts';
import { keptSeries } from '../../rules/compile/kept-series.ts';
import type { EvaluationPlan } from '../../rules/compile/plan.ts';
import type { Ruleset } from '../../rules/ruleset.ts';
import type { RuleTest } from '../../rules/test-file/rule-test.ts';
import { firstDayOf, lastDayOf } from '../../rules/test-file/span-test.ts';
import { saveTransitions } from '../../store/evaluation/save-transitions.ts';
import { advanceTest } from './advance-test.ts';
import { compareTest, type DecidedStratum } from './compare-test.ts';
import { type ClosedTest, evaluateCloses } from './evaluate-closes.ts';
import type { TestGroup } from './group-tests.ts';
import { makeClosesTable } from './keep-closes.ts';
import { type ListCloses, startCalendar } from './list-closes.ts';
import { fillSeries, loadEvents, type NumberedTest, type TestDatabase } from './load-tests.ts';
import { planStrata, type Strata, type Stratum } from './plan-strata.ts';
import { testPrefix } from './test-prefix.ts';
import type { TestResult } from './test-result.ts';

export interface RunTests extends TestDatabase {
  readonly ruleset: Ruleset;
  readonly group: TestGroup;
  /** Sinks by kind of rule, for rules without a `notify` of their own. */
  readonly routes: ReadonlyMap<string, readonly SinkName[]>;
}

/** In the order of the tests. */
export async function runTests(options: RunTests): Promise<readonly TestResult[]> {
  const { tests: all, prefixUsers } = options.group;
  const numbered = all.map((test, index) => ({ test, number: index + 1 }));
  await loadEvents(options, { tests: numbered, prefixUsers });
  const ticks = startTicks(options);
  const batches = batchTests(numbered).map((tests) => planBatch(options.ruleset, tests));
  await fillAll(options, batches, ticks());
  await makeClosesTable(options.store);
  const results = new Map<RuleTest, TestResult>();
  const waiting = [...batches];
  const takeBatches = async (): Promise<void> => {
    for (let batch = waiting.shift(); batch !== undefined; batch = waiting.shift())
      for (const result of await runBatch({ ...options, ...batch, ticks })) results.set(result.test, result);
  };
  await Promise.all(Array.from({ length: BATCHES_AT_ONCE }, takeBatches));
  return all.flatMap((test) => results.get(test) ?? []);
}

/** Most of a statement's time goes into reading it, which the engine does on one core. */
const BATCHES_AT_ONCE = 3;

/** What is prepared for one evaluation is told from that for another by its tick. */
function startTicks({ clock }: TestDatabase): () => EpochMicros {
  let last = 0;
  return () => {
    last = Math.max(last + 1, clock.now());
    return last as EpochMicros;
  };
}

/**
 * A statement computes every rule that it has for every test that it has. Tests of one file are mostly about the rules
 * beside it; and a plan is of one time zone.
 */
function batchTests(tests: readonly NumberedTest[]): readonly (readonly NumberedTest[])[] {
  const batches = new Map<string, NumberedTest[]>();
  for (const one of tests) {
    const { timezone, position } = one.test;
    const key = `${timezone} ${position.file}`;
    batches.set(key, [...(batches.get(key) ?? []), one]);
  }
  return [...batches.values()];
}

interface Batch {
  readonly timezone: TimeZone;
  readonly numbered: readonly NumberedTest[];
  readonly strata: Strata;
  readonly planned: readonly PlannedStratum[];
}

interface PlannedStratum extends Pick<Stratum, 'tests'> {
  readonly plan: EvaluationPlan;
}

function planBatch(ruleset: Ruleset, numbered: readonly NumberedTest[]): Batch {
  const timezone = numbered[0]?.test.timezone ?? UTC;
  const strata = planStrata(
    ruleset,
    numbered.map(({ test }) => test),
  );
  const planned = strata.levels.map(({ rules, tests }) => {
    const only = ({ name }: { readonly name: string }): boolean => rules.has(name);
    return { tests, plan: withChampions(compileRuleset(strata.ruleset, { timezone, only })) };
  });
  return { timezone, numbered, strata, planned };
}

/** A plan of some rules has no series to find champions by, since ticks take those of the last close. */
function withChampions(plan: EvaluationPlan): EvaluationPlan {
  if (!plan.champion.asked) return plan;
  const { activity, invitations } = championSeries(plan.timezone);
  return { ...plan, champion: { ...plan.champion, series: [activity, invitations] } };
}

/** Each series once, however many batches read it. */
async function fillAll(database: TestDatabase, batches: readonly Batch[], bound: EpochMicros): Promise<void> {
  for (const timezone of new Set(batches.map((batch) => batch.timezone))) {
    const own = batches.filter((batch) => batch.timezone === timezone);
    const series = own.flatMap(({ planned }) => planned.flatMap(({ plan }) => keptSeries(plan)));
    const each = [...new Map(series.map((one) => [one.id, one])).values()];
    await fillSeries(database, { series: each, timezone, bound });
  }
}

interface RunBatch extends RunTests, Batch {
  readonly ticks: () => EpochMicros;
}

async function runBatch(options: RunBatch): Promise<readonly TestResult[]> {
  const { numbered, planned, store, ticks } = options;
  const listCloses = startCalendar(options.timezone);
  const decided: DecidedStratum[] = [];
  const transitions = new Map(numbered.map(({ test }): [RuleTest, Transition[]] => [test, []]));
  for (const { plan, tests } of planned) {
    const closed = numbered
      .filter(({ test }) => tests.has(test))
      .map((one) => ({ ...one, closed: toClosed(one, listCloses) }));
    const rows = await evaluateCloses({ store, plan, tests: closed.map((one) => one.closed), ticks });
    decided.push({ plan, rows });
    const taken = closed.flatMap((one) => {
      const steps = advanceTest({ plan, test: one.closed, rows });
      transitions.get(one.test)?.push(...steps);
      return steps;
    });
    await keepForNext(options, taken);
  }
  return numbered.map((one) => compare(options, one, decided, transitions.get(one.test) ?? []));
}

const toClosed = ({ test, number }: NumberedTest, listCloses: ListCloses): ClosedTest => ({
  number,
  closes: listCloses(firstDayOf(test), lastDayOf(test)),
  accounts: [...test.accounts.keys()].map((account) => `${testPrefix(number)}${account}` as AccountId).sort(),
});

/** What later strata read: the evaluator knows signals from their stored transitions only. */
const keepForNext = ({ store, strata, ticks }: RunBatch, transitions: readonly Transition[]): Promise<void> =>
  saveTransitions(store, {
    transitions: transitions.filter(({ rule }) => strata.read.has(rule)),
    tick: ticks(),
    writer: '1',
  });

function compare(
  { strata: { values }, routes }: RunBatch,
  { test, number }: NumberedTest,
  strata: readonly DecidedStratum[],
  transitions: readonly Transition[],
): TestResult {
  const startedAt = performance.now();
  const failures = compareTest({ test, number, strata, transitions, values, routes });
  return { test, failures, milliseconds: performance.now() - startedAt };
}
