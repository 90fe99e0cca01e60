// `tidemark rules`: `check` and `apply`; the larger ones have files of their own.
import { relative, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import type { ProblemFormat } from '../rules/format-problems.ts';
import {
  type CliContext,
  CliFailure,
  type ProjectFlags,
  projectOptions,
  withProjectFlags,
} from './context.ts';
import { addRulesSchemaCommand } from './rules-schema.ts';
import { addRulesTestCommand } from './rules-test.ts';

const HAS_ERRORS = 1;
const HAS_WARNINGS = 3;

interface CheckFlags extends ProjectFlags {
  readonly format: ProblemFormat;
}

export function addRulesCommand(root: Command, context: CliContext): void {
  const rules = root.command('rules').description('check and apply rules');
  withProjectFlags(rules.command('check'))
    .description('print every problem of a rules folder; exit 0 clean, 1 errors, 3 warnings only')
    .argument('[dir]', 'default "rules" of the configuration')
    .addOption(new Option('--format <format>', 'how').choices(['text', 'json', 'github']).default('text'))
    .action((dir: string | undefined, flags: CheckFlags) => check(context, dir, flags));
  withProjectFlags(rules.command('apply'))
    .description('put a rules folder in force')
    .argument('[dir]', 'default "rules" of the configuration')
    .action((dir: string | undefined, flags: ProjectFlags) => apply(context, dir, flags));
  addRulesSchemaCommand(rules, context);
  addRulesTestCommand(rules, context);
}

async function check(context: CliContext, dir: string | undefined, flags: CheckFlags): Promise<void> {
  const { loadSettings } = await import('../app/config/load-settings.ts');
  const { readRuleFiles, readTestTexts } = await import('../app/read-rule-files.ts');
  const { checksOf } = await import('../app/apply-folder.ts');
  const { readSeenNames } = await import('../app/read-seen-names.ts');
  const { namesInTests } = await import('../rules/names-in-tests.ts');
  const { findProblems } = await import('../rules/read-ruleset.ts');
  const { formatProblems } = await import('../rules/format-problems.ts');
  const options = projectOptions(context, flags);
  const settings = await loadSettings(options);
  const folder = dir === undefined ? settings.rulesDir : resolve(context.workingDirectory, dir);
  const files = await readRuleFiles(folder, { shownAs: relative(context.workingDirectory, folder) });
  if (Object.keys(files).length === 0) throw new CliFailure(explainEmpty(folder));
  const seen = await readSeenNames({ settings, engineCommand: options.engineCommand });
  const testedRules = namesInTests(await readTestTexts(folder));
  const problems = findProblems(files, { ...checksOf(settings), ...seen, testedRules });
  const width = process.stdout.isTTY ? process.stdout.columns : undefined;
  process.stdout.write(formatProblems(problems, files, { format: flags.format, width }));
  if (problems.some(({ severity }) => severity === 'error')) process.exitCode = HAS_ERRORS;
  else if (problems.length > 0) process.exitCode = HAS_WARNINGS;
}

/** Nothing to complain about is not the same as nothing that was looked at. */
const explainEmpty = (folder: string): string =>
  `no rule files in ${folder}: rules are files that end in .yaml or .yml, there or in folders below; *.test.yaml are tests of them, and names that begin with a dot are left out`;

async function apply(context: CliContext, dir: string | undefined, flags: ProjectFlags): Promise<void> {
  const { withProject } = await import('../app/open-project.ts');
  const { applyFolder } = await import('../app/apply-folder.ts');
  const { formatProblems } = await import('../rules/format-problems.ts');
  await withProject(projectOptions(context, flags), async ({ settings, store, clock }) => {
    const folder = dir === undefined ? settings.rulesDir : resolve(context.workingDirectory, dir);
    const shownAs = relative(context.workingDirectory, folder);
    const applied = await applyFolder({ store, clock, settings, folder });
    if (applied.problems.length > 0) {
      const { problems, files } = underFolder(shownAs, applied);
      process.stderr.write(formatProblems(problems, files, { format: 'text' }));
    }
    if (!applied.ok) throw new CliFailure('nothing was applied; the rules in force stay');
    const what = applied.applied ? 'applied' : 'in force already';
    process.stdout.write(`${applied.rules} rules of ${shownAs || '.'} ${what}\n`);
  });
}

type Shown = Pick<
  Awaited<ReturnType<typeof import('../app/apply-folder.ts').applyFolder>>,
  'problems' | 'files'
>;

/** Names in force are relative to the folder; a message shows a path that can be opened. */
function underFolder(folder: string, { problems, files }: Shown): Shown {
  const place = (name: string): string => (folder === '' ? name : `${folder}/${name}`);
  return {
    problems: problems.map((problem) => ({
      ...problem,
      position: { ...problem.position, file: place(problem.position.file) },
    })),
    files: Object.fromEntries(Object.entries(files).map(([name, text]) => [place(name), text])),
  };
}
