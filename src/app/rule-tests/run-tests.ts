// One run of tests on a database of their own: load events ▶ fill series ▶ stratum by stratum, evaluate every close of
// every test at once and advance signals in memory ▶ compare.

import type { AccountId, SinkName } from '../../model/ids.ts';
import type { Transition } from '../../model/signal.ts';
import type { TimeZone } from '../../model/time.ts';
import { championSeries } from '../../rules/compile/champion-series.ts';
import { compileRuleset } from '../../rules/compile/compile-ruleset.ts';
import type { EvaluationPlan } from '../../rules/compile/plan.ts';
import type { Ruleset } from '../../rules/ruleset.ts';
import type { RuleTest } from '../../rules/test-file/rule-test.ts';
import { firstDayOf, lastDayOf } from '../../rules/test-file/span-test.ts';
import { saveTransitions } from '../../store/evaluation/save-transitions.ts';
import { advanceTest } from './advance-test.ts';
import { compareTest, type DecidedStratum } from './compare-test.ts';
import { type ClosedTest, evaluateCloses } from './evaluate-closes.ts';
import type { TestGroup } from './group-tests.ts';
import { type ListCloses, startCalendar } from './list-closes.ts';
import { fillSeries, loadEvents, type NumberedTest, type TestDatabase } from './load-tests.ts';
import { planStrata, type Strata } from './plan-strata.ts';
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
  const strata = planStrata(options.ruleset, all);
  const results = new Map<RuleTest, TestResult>();
  for (const [timezone, tests] of groupByZone(numbered))
    for (const result of await runZone({ ...options, timezone, numbered: tests, strata }))
      results.set(result.test, result);
  return all.flatMap((test) => results.get(test) ?? []);
}

/** A plan and its series are of one time zone. */
function groupByZone(tests: readonly NumberedTest[]): ReadonlyMap<TimeZone, readonly NumberedTest[]> {
  const groups = new Map<TimeZone, NumberedTest[]>();
  for (const one of tests) {
    const zone = one.test.timezone;
    groups.set(zone, [...(groups.get(zone) ?? []), one]);
  }
  return groups;
}

interface RunZone extends RunTests {
  readonly timezone: TimeZone;
  readonly numbered: readonly NumberedTest[];
  readonly strata: Strata;
}

async function runZone(options: RunZone): Promise<readonly TestResult[]> {
  const listCloses = startCalendar(options.timezone);
  const closed = options.numbered.map((one) => toClosed(one, listCloses));
  const decided: DecidedStratum[] = [];
  const transitions = new Map(closed.map(({ number }): [number, Transition[]] => [number, []]));
  for (const level of options.strata.levels) {
    const stratum = await evaluateStratum(options, closed, level);
    decided.push(stratum);
    const taken = closed.map((test) => ({ number: test.number, steps: advanceTest({ ...stratum, test }) }));
    for (const { number, steps } of taken) transitions.get(number)?.push(...steps);
    await keepForNext(
      options,
      taken.flatMap(({ steps }) => steps),
    );
  }
  return options.numbered.map((one) => compare(options, one, decided, transitions.get(one.number) ?? []));
}

const toClosed = ({ test, number }: NumberedTest, listCloses: ListCloses): ClosedTest => ({
  number,
  closes: listCloses(firstDayOf(test), lastDayOf(test)),
  accounts: [...test.accounts.keys()].map((account) => `${testPrefix(number)}${account}` as AccountId).sort(),
});

async function evaluateStratum(
  options: RunZone,
  tests: readonly ClosedTest[],
  level: ReadonlySet<string>,
): Promise<DecidedStratum> {
  const { store, clock, timezone, strata } = options;
  const plan = withChampions(
    compileRuleset(strata.ruleset, { timezone, only: ({ name }) => level.has(name) }),
  );
  const tick = clock.now();
  await fillSeries(options, plan, tick);
  return { plan, rows: await evaluateCloses({ store, plan, tests, tick }) };
}

/** A plan of some rules has no series to find champions by, since ticks take those of the last close. */
function withChampions(plan: EvaluationPlan): EvaluationPlan {
  if (!plan.champion.asked) return plan;
  const { activity, invitations } = championSeries(plan.timezone);
  return { ...plan, champion: { ...plan.champion, series: [activity, invitations] } };
}

/** What later strata read: the evaluator knows signals from their stored transitions only. */
const keepForNext = ({ store, strata, clock }: RunZone, transitions: readonly Transition[]): Promise<void> =>
  saveTransitions(store, {
    transitions: transitions.filter(({ rule }) => strata.read.has(rule)),
    tick: clock.now(),
    writer: '1',
  });

function compare(
  { strata, routes }: RunZone,
  { test, number }: NumberedTest,
  decided: readonly DecidedStratum[],
  transitions: readonly Transition[],
): TestResult {
  const startedAt = performance.now();
  const { valueLeaves } = strata;
  const failures = compareTest({ test, number, strata: decided, transitions, valueLeaves, routes });
  return { test, failures, milliseconds: performance.now() - startedAt };
}
