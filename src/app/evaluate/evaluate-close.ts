// One close of a local day: take new batches ▶ refresh series ▶ evaluate everyone ▶ advance signals ▶ save scores.
import { type Day, type EpochMicros, type EpochMillis, endOfDay } from '../../model/time.ts';
import { compileRuleset } from '../../rules/compile/compile-ruleset.ts';
import type { EvaluationPlan } from '../../rules/compile/plan.ts';
import { writeStatement } from '../../rules/compile/write-statement.ts';
import { startBreaker } from '../../scoring/hold-openings.ts';
import { beginEvaluation } from '../../store/evaluation/begin-evaluation.ts';
import { countOpenings } from '../../store/evaluation/count-openings.ts';
import { finishEvaluation } from '../../store/evaluation/finish-evaluation.ts';
import { pruneBatches } from '../../store/evaluation/prune-batches.ts';
import { readCandidates } from '../../store/evaluation/read-candidates.ts';
import { readRuleAges } from '../../store/evaluation/read-rule-ages.ts';
import { countResults, insertResults } from '../../store/evaluation/save-results.ts';
import { saveScores } from '../../store/evaluation/save-scores.ts';
import type { ChangedSignal } from '../../store/evaluation/save-transitions.ts';
import { advanceSignals } from './advance-signals.ts';
import { chooseInput } from './choose-input.ts';
import { describeScores } from './describe-scores.ts';
import type { Evaluator } from './evaluator.ts';
import { refreshSeries } from './refresh-series.ts';

export interface EvaluationReport {
  readonly day: Day;
  readonly tick: EpochMicros;
  readonly accounts: number;
  readonly rowsRead: number;
  readonly milliseconds: number;
  readonly transitions: number;
  readonly opened: number;
  readonly held: ReadonlyMap<string, number>;
  readonly changed: readonly ChangedSignal[];
}

const PAGE = 5_000;

export async function evaluateClose(evaluator: Evaluator, day: Day): Promise<EvaluationReport> {
  const { store, clock, timezone, ruleset } = evaluator;
  const startedAt = clock.now();
  const plan = compileRuleset(ruleset, { timezone });
  const at = (endOfDay(day, timezone) - 1) as EpochMillis;
  const record = {
    kind: 'close' as const,
    at,
    day,
    rulesetHash: ruleset.hash,
    rules: [...plan.layout.rules.keys()],
  };
  const { tick, batches } = await beginEvaluation({ ...evaluator, record });
  await refreshSeries(evaluator, { plan, bound: tick, batches });
  const statement = writeStatement(plan, chooseInput({ kind: 'close', day, at, timezone, tick }));
  const { readRows } = await insertResults(store, statement);
  const { accounts, ...advanced } = await advanceEveryone(evaluator, { plan, day, at, tick });
  await saveScores(store, { tick, at, day, scores: describeScores(plan) });
  const milliseconds = Math.round((clock.now() - startedAt) / 1000);
  const finished = { ...record, tick, accounts, rowsRead: readRows, milliseconds };
  const { applied } = await finishEvaluation(evaluator, finished);
  if (applied && batches > 0) await pruneBatches(store);
  return { day, tick, accounts, rowsRead: readRows, milliseconds, ...advanced };
}

interface Everyone {
  readonly plan: EvaluationPlan;
  readonly day: Day;
  readonly at: EpochMillis;
  readonly tick: EpochMicros;
}

async function advanceEveryone(evaluator: Evaluator, { plan, day, at, tick }: Everyone) {
  const { store, clock } = evaluator;
  const whens = [...plan.layout.rules.values()].map((rule) => rule.when);
  const [accounts, openings, ruleAges] = await Promise.all([
    countResults(store, tick),
    countOpenings(store, day),
    readRuleAges(store, day),
  ]);
  const breaker = startBreaker(openings);
  const moment = { kind: 'close' as const, day, at, evaluatedAt: clock.now() };
  const changed: ChangedSignal[] = [];
  let [transitions, opened, after] = [0, 0, ''];
  for (;;) {
    const rows = await readCandidates(store, { tick, whens, after, limit: PAGE });
    const page = await advanceSignals(evaluator, { plan, moment, tick, breaker, ruleAges, accounts, rows });
    transitions += page.transitions.length;
    opened += page.transitions.filter(
      ({ from, to }) => to === 'open' && (from === 'none' || from === 'pending'),
    ).length;
    changed.push(...page.changed);
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE)
      return { accounts, transitions, opened, held: breaker.held(), changed };
    after = last.account_id;
  }
}
