// `tidemark signals`: what is open, for people, scripts and spreadsheets; and `signals release`.
import { type Command, Option } from 'commander';
import type { SignalFilter } from '../app/query-signals.ts';
import {
  type CliContext,
  CliFailure,
  noteOnStderr,
  type ProjectFlags,
  projectOptions,
  withProjectFlags,
} from './context.ts';

interface SignalsFlags extends ProjectFlags {
  readonly state: 'open' | 'pending' | 'recovering' | 'resolved' | 'all';
  readonly rule?: string;
  readonly kind?: string;
  readonly account?: string;
  readonly format: 'table' | 'json' | 'csv';
}

export function addSignalsCommand(root: Command, context: CliContext): void {
  const signals = withProjectFlags(root.command('signals'))
    .description('list signals, newest first')
    .addOption(
      new Option('--state <state>', 'which; open ones include those that recover')
        .choices(['open', 'pending', 'recovering', 'resolved', 'all'])
        .default('open'),
    )
    .option('--rule <name>', 'only of this rule')
    .option('--kind <kind>', 'only of this kind, such as pql or churn_risk')
    .option('--account <id>', 'only of this account')
    .addOption(new Option('--format <format>', 'how').choices(['table', 'json', 'csv']).default('table'))
    .action((flags: SignalsFlags) => list(context, flags));
  withProjectFlags(signals.command('release'))
    .description('send the signals of a rule that were held because too many opened in one day')
    .argument('<rule>', 'the name of the rule')
    .action((rule: string, _flags: ProjectFlags, command: Command) =>
      release(context, rule, command.optsWithGlobals<ProjectFlags>()),
    );
}

async function list(context: CliContext, flags: SignalsFlags): Promise<void> {
  const { withProjectToRead } = await import('../app/open-project.ts');
  const { querySignals } = await import('../app/query-signals.ts');
  const { formatSignals } = await import('./format-signals.ts');
  const filter: SignalFilter = {
    state: flags.state === 'all' ? undefined : flags.state,
    rule: flags.rule,
    kind: flags.kind,
    account: flags.account,
  };
  const options = { ...projectOptions(context, flags), as: 'owner', notify: noteOnStderr } as const;
  await withProjectToRead(options, async ({ store }) => {
    process.stdout.write(formatSignals(await querySignals(store, filter), flags.format));
  });
}

async function release(context: CliContext, rule: string, flags: ProjectFlags): Promise<void> {
  const { withProject } = await import('../app/open-project.ts');
  const { releaseRule } = await import('../app/release.ts');
  await withProject(projectOptions(context, flags), async (project) => {
    const released = await releaseRule(project, rule);
    if (!released.ok) throw new CliFailure(released.message);
    process.stdout.write(`${rule} is released; a running "tidemark up" sends what was held within seconds\n`);
  });
}
