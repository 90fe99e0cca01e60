// One tick between closes: opens rising rules early for the accounts that new batches changed, and nothing else.
import { dayOf, microsToMillis } from '../../model/time.ts';
import { compileRuleset } from '../../rules/compile/compile-ruleset.ts';
import { writeStatement } from '../../rules/compile/write-statement.ts';
import { isRising } from '../../rules/is-rising.ts';
import { startBreaker } from '../../scoring/hold-openings.ts';
import { beginEvaluation } from '../../store/evaluation/begin-evaluation.ts';
import { countAccounts } from '../../store/evaluation/count-accounts.ts';
import { countOpenings } from '../../store/evaluation/count-openings.ts';
import { finishEvaluation } from '../../store/evaluation/finish-evaluation.ts';
import { readOpenable } from '../../store/evaluation/read-openable.ts';
import { readRuleAges } from '../../store/evaluation/read-rule-ages.ts';
import { advanceSignals } from './advance-signals.ts';
import { chooseInput } from './choose-input.ts';
import type { EvaluationReport } from './evaluate-close.ts';
import type { Evaluator } from './evaluator.ts';
import { refreshSeries } from './refresh-series.ts';

/** Undefined when there was nothing to do: no new batch. Scores are computed for what opens and not kept. */
export async function evaluateTick(evaluator: Evaluator): Promise<EvaluationReport | undefined> {
  const { store, clock, timezone, ruleset } = evaluator;
  const startedAt = clock.now();
  const at = microsToMillis(startedAt);
  const day = dayOf(at, timezone);
  const only = (rule: Parameters<typeof isRising>[0]) => rule.forDays === 0 && isRising(rule, ruleset);
  const plan = compileRuleset(ruleset, { timezone, only });
  const rules = [...plan.layout.rules.keys()];
  const record = { kind: 'tick' as const, at, day, rulesetHash: ruleset.hash, rules };
  const { tick, batches } = await beginEvaluation({ ...evaluator, record });
  if (rules.length > 0 && batches > 0) await refreshSeries(evaluator, { plan, bound: tick, batches });
  const statement = writeStatement(plan, chooseInput({ kind: 'tick', day, at, timezone, tick }));
  const whens = [...plan.layout.rules.values()].map((rule) => rule.when);
  const rows = rules.length > 0 && batches > 0 ? await readOpenable(store, { statement, whens }) : [];
  const { transitions, changed, held } = await open();
  const milliseconds = Math.round((clock.now() - startedAt) / 1000);
  await finishEvaluation(evaluator, { ...record, tick, accounts: rows.length, milliseconds });
  return {
    day,
    tick,
    accounts: rows.length,
    rowsRead: 0,
    milliseconds,
    transitions,
    opened: transitions,
    held,
    changed,
  };

  async function open() {
    if (rows.length === 0) return { transitions: 0, changed: [], held: new Map<string, number>() };
    const breaker = startBreaker(await countOpenings(store, day));
    const advanced = await advanceSignals(evaluator, {
      plan,
      moment: { kind: 'tick', day, at, evaluatedAt: clock.now() },
      tick,
      breaker,
      ruleAges: await readRuleAges(store, day),
      accounts: await countAccounts(store),
      rows,
    });
    return { transitions: advanced.transitions.length, changed: advanced.changed, held: breaker.held() };
  }
}
