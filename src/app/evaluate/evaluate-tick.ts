// One tick between closes: opens rising rules early for the accounts that new batches changed, and nothing else.
import { NO_CORRECTIONS } from '../../model/corrections.ts';
import { dayOf, microsToMillis } from '../../model/time.ts';
import { presentName } from '../../rules/find-rule.ts';
import { startBreaker } from '../../scoring/hold-openings.ts';
import { beginEvaluation } from '../../store/evaluation/begin-evaluation.ts';
import { findChangedAccounts } from '../../store/evaluation/changed-accounts.ts';
import { countAccounts } from '../../store/evaluation/count-accounts.ts';
import { countOpenings } from '../../store/evaluation/count-openings.ts';
import { readCorrections } from '../../store/evaluation/read-corrections.ts';
import { readRuleAges } from '../../store/evaluation/read-rule-ages.ts';
import { recordEvaluation } from '../../store/evaluation/record-evaluation.ts';
import { type AdvancePage, advanceSignals } from './advance-signals.ts';
import type { EvaluationReport } from './evaluate-close.ts';
import type { Evaluator } from './evaluator.ts';
import { findOpenings } from './find-openings.ts';
import { refreshSeries } from './refresh-series.ts';
import { rememberPlans } from './remember-plans.ts';
import { timePart } from './time-part.ts';

/** Scores are computed for what opens, and not kept: the history of scores is one of closes. */
export async function evaluateTick(evaluator: Evaluator): Promise<EvaluationReport> {
  const { clock, timezone, ruleset } = evaluator;
  const startedAt = clock.now();
  const at = microsToMillis(startedAt);
  const day = dayOf(at, timezone);
  const plans = evaluator.plans ?? rememberPlans(timezone);
  const plan = plans.tick(ruleset);
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
  const found = work
    ? await timePart(evaluator, ['tick', 'evaluate'], async () => {
        await findChangedAccounts(evaluator.store, tick);
        return findOpenings({ ...evaluator, plans }, { day, at, tick, corrections });
      })
    : undefined;
  const { rows, plan: opening } = found ?? { rows: [], plan };
  const moment = { kind: 'tick' as const, day, at, evaluatedAt: clock.now() };
  const advanced = await timePart(evaluator, ['tick', 'advance'], () =>
    advance(evaluator, { plan: opening, moment, tick, rows, corrections }),
  );
  const milliseconds = Math.round((clock.now() - startedAt) / 1000);
  const finished = { ...record, tick, batches, accounts: rows.length, milliseconds };
  await timePart(evaluator, ['tick', 'save'], () =>
    recordEvaluation(evaluator, { ...finished, phase: 'finished', applied: !contested }),
  );
  return { day, tick, accounts: rows.length, rowsRead: 0, milliseconds, ...advanced };
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
