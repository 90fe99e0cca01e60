// The evaluator of rule tests over a case: everything received first, then all closes of all worlds in one statement,
// and signals in memory. It knows no signals of earlier closes, so the rules must not ask for any.
import { spanMonths } from '../../src/app/evaluate/span-months.ts';
import { advanceTest } from '../../src/app/rule-tests/advance-test.ts';
import { type ClosedTest, evaluateCloses } from '../../src/app/rule-tests/evaluate-closes.ts';
import { makeClosesTable } from '../../src/app/rule-tests/keep-closes.ts';
import { startCalendar } from '../../src/app/rule-tests/list-closes.ts';
import type { AccountId } from '../../src/model/ids.ts';
import type { Store } from '../../src/model/store.ts';
import type { EpochMicros, TimeZone } from '../../src/model/time.ts';
import { compileRuleset } from '../../src/rules/compile/compile-ruleset.ts';
import { keptSeries } from '../../src/rules/compile/kept-series.ts';
import type { EvaluationPlan } from '../../src/rules/compile/plan.ts';
import { writeRefreshes } from '../../src/rules/compile/write-refresh.ts';
import { isStored } from '../../src/rules/series.ts';
import { readRawMonths } from '../../src/store/evaluation/series-state.ts';
import { openProject } from '../integration/support/project.ts';
import { dayText } from '../reference/calendar.ts';
import type { Envelope, PlainRuleset } from '../reference/plain.ts';
import { RECEIVING, rulesYaml, type SqlClose, type StoredMove } from './sql-side.ts';

export interface TogetherCase {
  readonly rules: PlainRuleset;
  readonly zone: TimeZone;
  readonly firstDay: number;
  readonly days: number;
  /** The worlds' envelopes, in order; a world's number from 1 stands in its ids. */
  readonly batches: readonly (readonly Envelope[])[];
  readonly accounts: readonly (readonly string[])[];
}

export interface ClosedTogether {
  readonly plan: EvaluationPlan;
  /** One for each day. */
  readonly closes: readonly SqlClose[];
}

/** After everything was received. */
const BOUND = (Date.parse('2032-01-01T00:00:00Z') * 1000) as EpochMicros;

export async function closeTogether(store: Store, one: TogetherCase): Promise<ClosedTogether> {
  const project = openProject(store, one.zone);
  project.setNow(RECEIVING);
  const ruleset = await project.apply(rulesYaml(one.rules));
  for (const batch of one.batches) if (batch.length > 0) await project.ingest(batch);
  const plan = compileRuleset(ruleset, { timezone: one.zone });
  await fillSeries(store, plan);
  const listed = startCalendar(one.zone)(dayText(one.firstDay), dayText(one.firstDay + one.days - 1));
  const tests = one.accounts.map(
    (accounts, index): ClosedTest => ({
      number: index + 1,
      closes: listed,
      accounts: [...accounts].sort() as AccountId[],
    }),
  );
  await store.execute({ sql: 'DROP TABLE IF EXISTS rule_test_closes', params: {}, columns: [] });
  await makeClosesTable(store);
  let tick: number = BOUND;
  const ticks = () => ++tick as EpochMicros;
  const rows = await evaluateCloses({ store, plan, tests, ticks });
  const moves = tests.flatMap((test) => advanceTest({ plan, test, rows }));
  const closes = listed.map(
    ({ number, day }): SqlClose => ({
      accounts: new Map([...rows].flatMap(([account, days]) => entryOf(account, days.get(number)))),
      moves: moves
        .filter((move) => move.day === day)
        .map((move): StoredMove => ({ ...move, account_id: move.accountId })),
    }),
  );
  return { plan, closes };
}

async function fillSeries(store: Store, plan: EvaluationPlan): Promise<void> {
  const series = keptSeries(plan).filter(({ definition }) => isStored(definition));
  for (const { from, to } of spanMonths(await readRawMonths(store))) {
    const refresh = {
      series,
      scope: { kind: 'days' as const, from, to },
      timezone: plan.timezone,
      bound: BOUND,
    };
    for (const statement of writeRefreshes(refresh)) await store.execute(statement);
  }
}

const entryOf = <T>(account: string, row: T | undefined): readonly (readonly [string, T])[] =>
  row === undefined ? [] : [[account, row]];
