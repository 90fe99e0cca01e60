// `tidemark rules test`: the tests beside the rules, on the real evaluator and an engine of their own.
import { relative, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import type { FolderTested } from '../app/rule-tests/test-folder.ts';
import {
  type CliContext,
  CliFailure,
  type ProjectFlags,
  projectOptions,
  withProjectFlags,
} from './context.ts';

type Format = 'text' | 'junit' | 'json';

interface TestFlags extends ProjectFlags {
  readonly format: Format;
  readonly filter?: string;
  readonly watch?: true;
}

export function addRulesTestCommand(rules: Command, context: CliContext): void {
  withProjectFlags(rules.command('test'))
    .description('run the tests of a rules folder (*.test.yaml); exit 0 all passed, 1 failures or mistakes')
    .argument('[dir]', 'default "rules" of the configuration')
    .addOption(new Option('--format <format>', 'how').choices(['text', 'junit', 'json']).default('text'))
    .option('--filter <text>', 'only tests with this in their name')
    .option('--watch', 'run again when a file changes')
    .action((dir: string | undefined, flags: TestFlags) => testRules(context, dir, flags));
}

async function testRules(context: CliContext, dir: string | undefined, flags: TestFlags): Promise<void> {
  const { loadSettings } = await import('../app/config/load-settings.ts');
  const options = projectOptions(context, flags);
  const settings = await loadSettings(options);
  const { openTestEngine } = await import('../app/rule-tests/open-test-engine.ts');
  const { systemClock: clock } = await import('../app/system-clock.ts');
  exitOnSignals(flags.watch === true);
  // It takes as long to start as the files take to be read.
  const engine = openTestEngine({ clock, engineCommand: options.engineCommand });
  engine.catch(() => undefined);
  const folder = dir === undefined ? settings.rulesDir : resolve(context.workingDirectory, dir);
  const shownAs = relative(context.workingDirectory, folder);
  try {
    const { testFolder } = await import('../app/rule-tests/test-folder.ts');
    const run = () => testFolder({ folder, shownAs, settings, clock, engine, filter: flags.filter });
    if (flags.watch === true) return await watch(folder, async () => show(await run(), flags.format));
    await show(await run(), flags.format);
  } finally {
    await (await engine.catch(() => undefined))?.close();
  }
}

/**
 * Through process.exit, so that the engine ends with it, from before it starts. Heard more than once: without a
 * listener a second Ctrl-C would end the process and leave the engine.
 */
function exitOnSignals(watching: boolean): void {
  for (const [signal, code] of [
    ['SIGINT', watching ? 0 : 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)
    process.on(signal, () => process.exit(code));
}

async function show(tested: FolderTested, format: Format): Promise<void> {
  if (tested.kind === 'none') throw new CliFailure(tested.message);
  if (tested.kind === 'problems') {
    process.exitCode = 1;
    process.stdout.write(await formatTestProblems(tested, format));
    return;
  }
  process.exitCode = tested.results.some(({ failures }) => failures.length > 0) ? 1 : 0;
  if (format === 'junit') {
    const { formatJunit } = await import('../app/rule-tests/format-junit.ts');
    process.stdout.write(formatJunit(tested));
    return;
  }
  const { formatReport, formatReportAsJson } = await import('../app/rule-tests/format-report.ts');
  process.stdout.write(format === 'json' ? formatReportAsJson(tested) : formatReport(tested));
}

type Problems = Extract<FolderTested, { kind: 'problems' }>;

async function formatTestProblems({ problems, files }: Problems, format: Format): Promise<string> {
  if (format === 'junit') {
    const { formatProblemsAsJunit } = await import('../app/rule-tests/format-junit.ts');
    return formatProblemsAsJunit(problems);
  }
  const { formatProblems } = await import('../rules/format-problems.ts');
  return formatProblems(problems, files, { format });
}

/** Until a signal ends the process. A folder that cannot be tested now may be mended. */
async function watch(folder: string, run: () => Promise<void>): Promise<never> {
  const { watchFolder } = await import('../app/rule-tests/watch-folder.ts');
  watchFolder(folder, async () => {
    if (process.stdout.isTTY) process.stdout.write('\u001b[2J\u001b[3J\u001b[H');
    await run().catch((error: unknown) => {
      process.stdout.write(`${error instanceof Error ? error.message : String(error)}\n`);
    });
    process.stdout.write('watching; Ctrl-C ends\n');
  });
  return new Promise<never>(() => undefined);
}
