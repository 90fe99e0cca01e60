// One run of tests on a database of their own: load events ▶ fill series ▶ stratum by stratum, evaluate every close of
// every test at once and advance signals in memory ▶ compare.

import type { AccountId, SinkName } from '../../model/ids.ts';
import type { Transition } from '../../model/signal.ts';
import type { EpochMicros, TimeZone } from '../../model/time.ts';
import { compileRuleset } from '../../rules/compile/compile-ruleset.ts';
import type { Ruleset } from '../../rules/ruleset.ts';
import type { RuleTest } from '../../rules/test-file/rule-test.ts';
import { firstDayOf, lastDayOf } from '../../rules/test-file/span-test.ts';
import { saveTransitions } from '../../store/evaluation/save-transitions.ts';
import { advanceTest } from './advance-test.ts';
import { compareTest, type DecidedStratum } from './compare-test.ts';
import { evaluateCloses } from './evaluate-closes.ts';
import { fillSeries, loadEvents, type NumberedTest, type TestDatabase } from './load-tests.ts';
import { planStrata, type Strata } from './plan-strata.ts';
import { testPrefix } from './test-prefix.ts';
import type { TestResult } from './test-result.ts';

export interface RunTests extends TestDatabase {
  readonly ruleset: Ruleset;
  readonly tests: readonly RuleTest[];
  /** Sinks by kind of rule, for rules without a `notify` of their own. */
  readonly routes: ReadonlyMap<string, readonly SinkName[]>;
}

/** In the order of the tests. */
export async function runTests(options: RunTests): Promise<readonly TestResult[]> {
  const numbered = options.tests.map((test, index) => ({ test, number: index + 1 }));
  await loadEvents(options, numbered);
  const strata = planStrata(options.ruleset, options.tests);
  const results = new Map<RuleTest, TestResult>();
  for (const [timezone, tests] of groupByZone(numbered))
    for (const result of await runZone({ ...options, timezone, numbered: tests, strata }))
      results.set(result.test, result);
  return options.tests.flatMap((test) => results.get(test) ?? []);
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
  const { strata } = options;
  const decided: DecidedStratum[] = [];
  const transitions = new Map<number, Transition[]>();
  for (const [index, level] of strata.levels.entries()) {
    const isLast = index === strata.levels.length - 1;
    const stratum = await evaluateStratum(options, level);
    decided.push(stratum);
    const taken = options.numbered.map((one) => ({ ...one, taken: advance(stratum, one) }));
    for (const { number, taken: own } of taken)
      transitions.set(number, [...(transitions.get(number) ?? []), ...own]);
    if (!isLast)
      await keepForNext(
        options,
        taken.flatMap((one) => one.taken),
      );
  }
  return options.numbered.map((one) => {
    const startedAt = performance.now();
    const failures = compareTest({
      ...one,
      strata: decided,
      transitions: transitions.get(one.number) ?? [],
      valueLeaves: strata.valueLeaves,
      routes: options.routes,
    });
    return { test: one.test, failures, milliseconds: performance.now() - startedAt };
  });
}

const toClosed = ({ test, number }: NumberedTest) => ({
  number,
  from: firstDayOf(test),
  to: lastDayOf(test),
});

async function evaluateStratum(options: RunZone, level: ReadonlySet<string>): Promise<DecidedStratum> {
  const { store, clock, timezone, numbered, strata } = options;
  const plan = compileRuleset(strata.ruleset, { timezone, only: ({ name }) => level.has(name) });
  const tick = clock.now();
  await fillSeries(options, plan, tick);
  return { plan, rows: await evaluateCloses({ store, plan, tests: numbered.map(toClosed), tick }) };
}

function advance({ plan, rows }: DecidedStratum, one: NumberedTest): readonly Transition[] {
  const accounts = [...one.test.accounts.keys()].map((account) => `${testPrefix(one.number)}${account}`);
  return advanceTest({ plan, test: toClosed(one), accounts: accounts.sort() as AccountId[], rows });
}

/** What later strata read: the evaluator knows signals from their stored transitions only. */
const keepForNext = ({ store, strata, clock }: RunZone, transitions: readonly Transition[]): Promise<void> =>
  saveTransitions(store, {
    transitions: transitions.filter(({ rule }) => strata.read.has(rule)),
    tick: clock.now() as EpochMicros,
    writer: '1',
  });
