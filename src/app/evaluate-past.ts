// `tidemark evaluate`: closes past days with the rules in force, and applies the folder first where none are.
import type { Clock } from '../model/clock.ts';
import type { Store } from '../model/store.ts';
import { type Day, dayOf, microsToMillis } from '../model/time.ts';
import { formatProblems } from '../rules/format-problems.ts';
import type { Ruleset } from '../rules/ruleset.ts';
import { readLastClose } from '../store/evaluation/read-progress.ts';
import { readLastTransitionDay } from '../store/read/read-last-transition-day.ts';
import { applyFolder } from './apply-folder.ts';
import { loadAppliedRules } from './apply-rules.ts';
import type { Settings } from './config/settings.ts';
import { type DaysReport, type EvaluateDays, evaluateDays } from './evaluate/evaluate-days.ts';
import { settleOf } from './open-parts.ts';
import { planCloses } from './plan-closes.ts';

export interface EvaluatePastOptions extends Pick<EvaluateDays, 'onProgress' | 'onBackfill'> {
  readonly store: Store;
  readonly clock: Clock;
  readonly settings: Settings;
  readonly from: Day;
  /** Included. */
  readonly to: Day;
  readonly writer: string;
}

/** The days cannot be closed as asked: no rules, or a gap. */
class EvaluateError extends Error {
  override readonly name = 'EvaluateError';
}

export interface PastReport extends DaysReport {
  /** Days that were asked for and left out, because signals have moved since. */
  readonly skipped: number;
}

/** @throws EvaluateError */
export async function evaluatePast(options: EvaluatePastOptions): Promise<PastReport> {
  const { store, settings } = options;
  const lastClose = await readLastClose(store);
  const today = dayOf(microsToMillis(options.clock.now()), settings.timezone);
  const plan = planCloses({
    ...options,
    today,
    lastClose,
    lastTransition: await readLastTransitionDay(store),
  });
  if (!plan.ok) throw new EvaluateError(plan.message);
  const { from, skipped } = plan;
  const ruleset = (await loadAppliedRules(store)) ?? (await applyFirst(options));
  const { timezone } = settings;
  const report = await evaluateDays({
    ...options,
    from,
    timezone,
    ruleset,
    settle: settleOf(settings),
    past: true,
  });
  return { ...report, skipped };
}

async function applyFirst(options: EvaluatePastOptions): Promise<Ruleset> {
  const folder = options.settings.rulesDir;
  const applied = await applyFolder({ ...options, folder });
  if (!applied.ok) {
    const problems = formatProblems(applied.problems, applied.files, { format: 'text' });
    throw new EvaluateError(
      `no rules are in force, and those of ${folder} have errors:\n${problems.trimEnd()}`,
    );
  }
  const ruleset = await loadAppliedRules(options.store);
  if (ruleset === undefined) throw new EvaluateError('no rules are in force: tidemark rules apply DIR');
  return ruleset;
}
