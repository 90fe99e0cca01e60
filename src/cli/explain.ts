// `tidemark explain`: why a rule is open for an account, or why not, and whether the stored evidence holds.
import { type Command, Option } from 'commander';
import type { ExplainAccount } from '../app/explain/explain-account.ts';
import type { VerifiedStep } from '../app/explain/explanation.ts';
import {
  type CliContext,
  CliFailure,
  noteOnStderr,
  type ProjectFlags,
  projectOptions,
  withProjectFlags,
} from './context.ts';
import { readMoment } from './read-moment.ts';

interface ExplainFlags extends ProjectFlags {
  readonly rule?: string;
  readonly at?: string;
  readonly verify?: boolean;
  readonly format: 'text' | 'json';
}

const DIFFERS = 1;

export function addExplainCommand(root: Command, context: CliContext): void {
  withProjectFlags(root.command('explain'))
    .description('why rules are open for an account, or why not: values, tests, people, scores')
    .argument('[account]', 'the id of the account; may be left out with --verify: every open signal')
    .option('--rule <name>', 'only this rule')
    .option('--at <time>', 'a day (as at its close) or an instant; default the last close')
    .option('--verify', 'compute the evidence of open signals again, from raw events as known then')
    .addOption(new Option('--format <format>', 'how').choices(['text', 'json']).default('text'))
    .action((account: string | undefined, flags: ExplainFlags) => {
      if (account !== undefined) return explain(context, account, flags);
      if (flags.verify === true) return verifyAll(context, flags);
      throw new CliFailure(
        'name an account, or write --verify to check the evidence of every open signal',
        2,
      );
    });
}

async function explain(context: CliContext, account: string, flags: ExplainFlags): Promise<void> {
  const { withProjectToRead } = await import('../app/open-project.ts');
  const { explainAccount } = await import('../app/explain/explain-account.ts');
  const { formatExplanation } = await import('./format-explanation.ts');
  const at = readMoment(flags.at);
  await withProjectToRead(readOptions(context, flags), async ({ settings, store, clock }) => {
    const explanation = await explainAccount({
      store,
      clock,
      timezone: settings.timezone,
      account: account as ExplainAccount['account'],
      rule: flags.rule,
      at,
      verify: flags.verify ?? false,
    }).catch(tellFailure);
    process.stdout.write(formatExplanation(explanation, flags.format));
    exitByOutcome(explanation.rules.flatMap(({ verified }) => verified ?? []));
  });
}

async function verifyAll(context: CliContext, flags: ExplainFlags): Promise<void> {
  if (flags.at !== undefined)
    throw new CliFailure(
      '--verify of every open signal takes no --at: name an account, or leave --at out',
      2,
    );
  const { withProjectToRead } = await import('../app/open-project.ts');
  const { verifyOpen } = await import('../app/explain/verify-open.ts');
  const { formatVerification } = await import('./format-explanation.ts');
  await withProjectToRead(readOptions(context, flags), async ({ settings, store, clock }) => {
    const progress = await startBar();
    const signals = await verifyOpen({
      store,
      clock,
      timezone: settings.timezone,
      rule: flags.rule,
      onProgress: progress.update,
    })
      .catch(tellFailure)
      .finally(progress.stop);
    process.stdout.write(formatVerification(signals, flags.format));
    exitByOutcome(signals.flatMap(({ steps }) => steps));
  });
}

/** What was asked for and is not there is the asker's to mend. */
async function tellFailure(error: unknown): Promise<never> {
  const { ExplainError } = await import('../app/explain/explain-error.ts');
  throw error instanceof ExplainError ? new CliFailure(error.message) : error;
}

function exitByOutcome(steps: readonly VerifiedStep[]): void {
  if (steps.some(({ outcome }) => outcome === 'different')) process.exitCode = DIFFERS;
}

/** On a terminal only: who pipes the result hears nothing but it. */
async function startBar() {
  const { startProgress } = await import('./progress.ts');
  let bar: ReturnType<typeof startProgress> | undefined;
  return {
    update: ({ done, total }: { readonly done: number; readonly total: number }) => {
      if (!process.stderr.isTTY) return;
      bar ??= startProgress('verifying', total);
      bar.update(done, `${done} of ${total} open signals`);
    },
    stop: () => bar?.stop(),
  };
}

const readOptions = (context: CliContext, flags: ExplainFlags) =>
  ({ ...projectOptions(context, flags), as: 'owner', notify: noteOnStderr }) as const;
