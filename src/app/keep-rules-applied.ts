// Applies the rules folder at the start and whenever it changes. A broken folder keeps the ruleset in force.
import { formatProblems } from '../rules/format-problems.ts';
import { type ApplyFolderOptions, applyFolder, type FolderApplied } from './apply-folder.ts';
import type { Logger } from './create-logger.ts';
import { RulesFolderError } from './read-rule-files.ts';
import { watchRules } from './watch-rules.ts';

export interface KeepRulesOptions extends Omit<ApplyFolderOptions, 'folder'> {
  readonly watch: boolean;
  readonly logger: Logger;
}

export async function keepRulesApplied(options: KeepRulesOptions): Promise<{ stop(): Promise<void> }> {
  const folder = options.settings.rulesDir;
  const apply = async (): Promise<void> => {
    try {
      report(options.logger, folder, await applyFolder({ ...options, folder }));
    } catch (error) {
      if (error instanceof RulesFolderError) {
        options.logger.warn({ folder }, `${error.message}. No rules were applied; any in force stay`);
        return;
      }
      const what = 'the rules could not be applied; those in force stay, and the next change tries again';
      options.logger.warn({ err: error }, what);
    }
  };
  await apply();
  return options.watch ? watchRules(folder, apply) : { stop: async () => undefined };
}

function report(logger: Logger, folder: string, applied: FolderApplied): void {
  if (!applied.ok) {
    const text = formatProblems(applied.problems, applied.files, { format: 'text' });
    logger.error({ folder }, `the rules folder has errors; the rules in force stay\n${text.trimEnd()}`);
    return;
  }
  const { rules } = applied;
  logger.info(
    { folder, rules },
    applied.applied ? 'rules applied' : 'the rules in force are those of the folder',
  );
}
