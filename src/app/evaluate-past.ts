// `tidemark evaluate`: closes past days with the rules in force, and applies the folder first where none are.
import type { Clock } from '../model/clock.ts';
import type { Store } from '../model/store.ts';
import type { Day } from '../model/time.ts';
import { formatProblems } from '../rules/format-problems.ts';
import type { Ruleset } from '../rules/ruleset.ts';
import { applyFolder } from './apply-folder.ts';
import { loadAppliedRules } from './apply-rules.ts';
import type { Settings } from './config/settings.ts';
import { type DaysReport, type EvaluateDays, evaluateDays } from './evaluate/evaluate-days.ts';
import { settleOf } from './open-parts.ts';

export interface EvaluatePastOptions extends Pick<EvaluateDays, 'onProgress' | 'onBackfill'> {
  readonly store: Store;
  readonly clock: Clock;
  readonly settings: Settings;
  readonly from: Day;
  /** Included. */
  readonly to: Day;
  readonly writer: string;
}

/** There are no rules to evaluate, and the folder has none that could be applied. */
export class NoRulesError extends Error {
  override readonly name = 'NoRulesError';
}

export async function evaluatePast(options: EvaluatePastOptions): Promise<DaysReport> {
  const ruleset = (await loadAppliedRules(options.store)) ?? (await applyFirst(options));
  const { timezone } = options.settings;
  return evaluateDays({ ...options, timezone, ruleset, settle: settleOf(options.settings) });
}

async function applyFirst(options: EvaluatePastOptions): Promise<Ruleset> {
  const folder = options.settings.rulesDir;
  const applied = await applyFolder({ ...options, folder });
  if (!applied.ok) {
    const problems = formatProblems(applied.problems, applied.files, { format: 'text' });
    throw new NoRulesError(
      `no rules are in force, and those of ${folder} have errors:\n${problems.trimEnd()}`,
    );
  }
  const ruleset = await loadAppliedRules(options.store);
  if (ruleset === undefined) throw new NoRulesError('no rules are in force: tidemark rules apply DIR');
  return ruleset;
}
