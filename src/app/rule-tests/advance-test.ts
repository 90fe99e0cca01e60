// The signals of one test from its first close to its last, in memory: what the rules of one stratum make of its rows.
import type { AccountId } from '../../model/ids.ts';
import type { Signal, Transition } from '../../model/signal.ts';
import { millisToMicros } from '../../model/time.ts';
import type { EvaluationPlan } from '../../rules/compile/plan.ts';
import { advanceAccount } from '../../scoring/advance-account.ts';
import { maxNewPerDay, startBreaker } from '../../scoring/hold-openings.ts';
import type { ResultArrays } from '../../scoring/read-facts.ts';
import type { ClosedTest, CloseRows } from './evaluate-closes.ts';
import type { Close } from './list-closes.ts';

export interface AdvanceTest {
  readonly plan: EvaluationPlan;
  readonly test: ClosedTest;
  readonly rows: CloseRows;
}

/** In the order in which they were taken. Nothing is baseline, and nobody has opened anything before. */
export function advanceTest({ plan, test, rows }: AdvanceTest): readonly Transition[] {
  const signals = new Map<AccountId, Map<string, Signal>>();
  const taken: Transition[] = [];
  for (const close of test.closes) {
    const there = test.accounts.flatMap((accountId) => {
      const row = rows.get(accountId)?.get(close.number);
      return row === undefined ? [] : [{ accountId, row }];
    });
    taken.push(...advanceClose(plan, close, there, signals));
  }
  return taken;
}

interface AccountRow {
  readonly accountId: AccountId;
  readonly row: ResultArrays;
}

function advanceClose(
  plan: EvaluationPlan,
  { day, at }: Close,
  there: readonly AccountRow[],
  signals: Map<AccountId, Map<string, Signal>>,
): readonly Transition[] {
  const breaker = startBreaker(new Map());
  const moment = { kind: 'close' as const, day, at, evaluatedAt: millisToMicros(at) };
  return there.flatMap(({ accountId, row }) => {
    const own = signals.get(accountId) ?? new Map<string, Signal>();
    const transitions = advanceAccount({
      plan,
      moment,
      accountId,
      row,
      signals: own,
      isBaseline: () => false,
      mayOpen: () => true,
      hold: (rule) => breaker.hold(rule.name, maxNewPerDay(rule.maxNewPerDay, there.length)),
    });
    for (const transition of transitions) own.set(transition.rule, { ...transition, state: transition.to });
    signals.set(accountId, own);
    return transitions;
  });
}
