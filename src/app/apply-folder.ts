// Applies a rules folder, checked against this project's sinks and retention first. A broken folder changes nothing.
import type { Clock } from '../model/clock.ts';
import type { Problem } from '../model/problem.ts';
import type { Store } from '../model/store.ts';
import { type ReadRulesetOptions, readRuleset } from '../rules/read-ruleset.ts';
import type { RuleFiles } from '../rules/ruleset.ts';
import { applyRules } from './apply-rules.ts';
import type { Settings } from './config/settings.ts';
import { readRuleFiles } from './read-rule-files.ts';

export type FolderApplied =
  | {
      readonly ok: true;
      /** False when these rules were in force already. */
      readonly applied: boolean;
      readonly rules: number;
      readonly problems: readonly Problem[];
      readonly files: RuleFiles;
    }
  | { readonly ok: false; readonly problems: readonly Problem[]; readonly files: RuleFiles };

export interface ApplyFolderOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly settings: Settings;
  readonly folder: string;
}

/** @throws RulesFolderError when the folder cannot be read. */
export async function applyFolder({
  store,
  clock,
  settings,
  folder,
}: ApplyFolderOptions): Promise<FolderApplied> {
  const files = await readRuleFiles(folder);
  const { ruleset, problems } = readRuleset(files, checksOf(settings));
  if (ruleset === undefined) return { ok: false, problems, files };
  const applied = await applyRules({ store, clock, files });
  if (!applied.ok) return { ...applied, files };
  return { ok: true, applied: applied.applied, rules: ruleset.rules.size, problems, files };
}

const DAYS_PER_MONTH = 30;

/** Without a tidemark.yaml no sink can be known, and naming one is no mistake yet. */
export const checksOf = ({ configFile, sinkNames, retentionMonths }: Settings): ReadRulesetOptions => ({
  sinks: configFile === undefined ? undefined : sinkNames,
  retentionDays: retentionMonths === undefined ? undefined : retentionMonths * DAYS_PER_MONTH,
});
