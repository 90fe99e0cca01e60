// One tick between closes: opens rising rules early for the accounts that new batches changed, and nothing else.
import { NO_CORRECTIONS } from '../../model/corrections.ts';
import { dayOf, type EpochMicros, microsToMillis } from '../../model/time.ts';
import type { EvaluationPlan } from '../../rules/compile/plan.ts';
import { writeStatement } from '../../rules/compile/write-statement.ts';
import { presentName } from '../../rules/find-rule.ts';
import { startBreaker } from '../../scoring/hold-openings.ts';
import { beginEvaluation } from '../../store/evaluation/begin-evaluation.ts';
import { findChangedAccounts } from '../../store/evaluation/changed-accounts.ts';
import { countAccounts } from '../../store/evaluation/count-accounts.ts';
import { countOpenings } from '../../store/evaluation/count-openings.ts';
import { dropPrepared, readRankTick } from '../../store/evaluation/prepared-values.ts';
import type { ResultRow } from '../../store/evaluation/read-candidates.ts';
import { readCorrections } from '../../store/evaluation/read-corrections.ts';
import { readOpenable } from '../../store/evaluation/read-openable.ts';
import { readRuleAges } from '../../store/evaluation/read-rule-ages.ts';
import { recordEvaluation } from '../../store/evaluation/record-evaluation.ts';
import { type AdvancePage, advanceSignals } from './advance-signals.ts';
import { chooseDeciding } from './choose-deciding.ts';
import { chooseInput, type InputMoment } from './choose-input.ts';
import type { EvaluationReport } from './evaluate-close.ts';
import type { Evaluator } from './evaluator.ts';
import { prepareSequences } from './prepare-values.ts';
import { refreshSeries } from './refresh-series.ts';
import { rememberPlans } from './remember-plans.ts';
import { timePart } from './time-part.ts';

/** Scores are computed for what opens, and not kept: the history of scores is one of closes. */
export async function evaluateTick(evaluator: Evaluator): Promise<EvaluationReport> {
  const { clock, timezone, ruleset } = evaluator;
  const startedAt = clock.now();
  const at = microsToMillis(startedAt);
  const day = dayOf(at, timezone);
  const plan = (evaluator.plans ?? rememberPlans(timezone)).tick(ruleset);
  const rules = [...plan.layout.rules.keys()];
  const record = { kind: 'tick' as const, at, day, rulesetHash: ruleset.hash, rules };
  const { tick, batches, contested } = await timePart(evaluator, ['tick', 'begin'], () =>
    beginEvaluation({ ...evaluator, record }),
  );
  const work = rules.length > 0 && batches > 0;
  const corrections = work ? await readCorrections(evaluator.store) : NO_CORRECTIONS;
  if (work)
    await timePart(evaluator, ['tick', 'refresh'], () =>
      refreshSeries(evaluator, { plan, bound: tick, batches, corrections }),
    );
  const rows = work
    ? await timePart(evaluator, ['tick', 'evaluate'], () =>
        evaluateChanged(evaluator, { plan, day, at, tick, corrections }),
      )
    : [];
  const moment = { kind: 'tick' as const, day, at, evaluatedAt: clock.now() };
  const advanced = await timePart(evaluator, ['tick', 'advance'], () =>
    advance(evaluator, { plan, moment, tick, rows, corrections }),
  );
  const milliseconds = Math.round((clock.now() - startedAt) / 1000);
  const finished = { ...record, tick, batches, accounts: rows.length, milliseconds };
  await timePart(evaluator, ['tick', 'save'], () =>
    recordEvaluation(evaluator, { ...finished, phase: 'finished', applied: !contested }),
  );
  return { day, tick, accounts: rows.length, rowsRead: 0, milliseconds, ...advanced };
}

type TickMoment = Omit<InputMoment, 'kind' | 'timezone' | 'tick'> & {
  readonly plan: EvaluationPlan;
  readonly tick: EpochMicros;
};

/** Accounts that a rule may open for. What was prepared for them is of no use to anybody else, whatever happens. */
async function evaluateChanged(
  { store, timezone }: Evaluator,
  { plan, ...moment }: TickMoment,
): Promise<readonly ResultRow[]> {
  await findChangedAccounts(store, moment.tick);
  const chosen = chooseInput({ ...moment, kind: 'tick', timezone });
  const prepares = plan.preparations.length > 0;
  const input = { ...chosen, ranksOf: prepares ? await readRankTick(store) : 0 };
  try {
    await prepareSequences(store, plan, input);
    return await readOpenable(store, {
      statement: writeStatement(plan, input),
      deciding: chooseDeciding(plan),
    });
  } finally {
    if (prepares) await dropPrepared(store, moment.tick);
  }
}

async function advance(
  evaluator: Evaluator,
  page: Pick<AdvancePage, 'plan' | 'moment' | 'tick' | 'rows' | 'corrections'>,
): Promise<Pick<EvaluationReport, 'transitions' | 'opened' | 'changed' | 'held'>> {
  if (page.rows.length === 0) return { transitions: 0, opened: 0, changed: [], held: new Map() };
  const { store } = evaluator;
  const { day } = page.moment;
  const [openings, ruleAges, accounts] = await Promise.all([
    countOpenings(store, day, (rule) => presentName(evaluator.ruleset, rule)),
    readRuleAges(store, day),
    countAccounts(store),
  ]);
  const breaker = startBreaker(openings);
  const { transitions, changed } = await advanceSignals(evaluator, { ...page, breaker, ruleAges, accounts });
  return { transitions: transitions.length, opened: transitions.length, changed, held: breaker.held() };
}
