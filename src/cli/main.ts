// The command line. What a command needs is loaded when it runs, so that --help and small commands start at once.
import { inspect } from 'node:util';
import { Command, CommanderError } from 'commander';
import { VERSION } from '../app/version.ts';
import { addClosesCommand } from './closes.ts';
import { type CliContext, CliFailure } from './context.ts';
import { addDeadLettersCommand } from './dead-letters.ts';
import { addDoctorCommand } from './doctor.ts';
import { addEngineCommand } from './engine.ts';
import { addEvaluateCommand } from './evaluate.ts';
import { addEventsCommand } from './events.ts';
import { addExplainCommand } from './explain.ts';
import { addKeysCommand } from './keys.ts';
import { addRulesCommand } from './rules.ts';
import { addSignalsCommand } from './signals.ts';
import { addSqlCommand } from './sql.ts';
import { addUpCommand } from './up.ts';

const USAGE_ERROR = 2;

const program = (context: CliContext): Command => {
  const root = new Command('tidemark')
    .description('Usage events in, product-qualified leads and churn alerts out.')
    .version(VERSION)
    .exitOverride()
    .showSuggestionAfterError()
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'tidemark: ')) });
  addUpCommand(root, context);
  addEventsCommand(root, context);
  addKeysCommand(root, context);
  addDeadLettersCommand(root, context);
  addRulesCommand(root, context);
  addEvaluateCommand(root, context);
  addSignalsCommand(root, context);
  addExplainCommand(root, context);
  addClosesCommand(root, context);
  addSqlCommand(root, context);
  addDoctorCommand(root, context);
  addEngineCommand(root, context);
  return root;
};

async function main(): Promise<void> {
  const script = process.argv[1];
  const context: CliContext = {
    environment: process.env,
    workingDirectory: process.cwd(),
    program: [process.execPath, ...process.execArgv, ...(script === undefined ? [] : [script])],
  };
  // A reader that has seen enough, such as head, is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  try {
    await program(context).parseAsync();
  } catch (error) {
    process.exitCode = await tell(error);
  }
}

/** One line for people, all problems of a file; a stack only with DEBUG. */
async function tell(error: unknown): Promise<number> {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE_ERROR;
  const hide = await hideServerSecrets();
  if (process.env.DEBUG) process.stderr.write(`${hide(inspect(error))}\n`);
  if (error instanceof CliFailure) {
    if (error.message !== '') process.stderr.write(`tidemark: ${hide(error.message)}\n`);
    return error.exitCode;
  }
  const { ConfigError } = await import('../app/config/load-settings.ts');
  if (error instanceof ConfigError && error.problems.length > 0) {
    const { formatProblems } = await import('../rules/format-problems.ts');
    const { blotProblems } = await import('./blot-problems.ts');
    const { hideSecrets } = await import('../app/hide-secrets.ts');
    const { sources, secrets } = blotProblems(error.problems, error.sources);
    process.stderr.write(
      hide(hideSecrets(secrets)(formatProblems(error.problems, sources, { format: 'text' }))),
    );
    return 1;
  }
  process.stderr.write(`tidemark: ${hide(error instanceof Error ? error.message : String(error))}\n`);
  return 1;
}

/** A broker's or a server's refusal may repeat the address that it was asked at. */
async function hideServerSecrets(): Promise<(text: string) => string> {
  const { hideSecrets } = await import('../app/hide-secrets.ts');
  const { serverSecrets } = await import('../app/config/server-secrets.ts');
  return hideSecrets(serverSecrets(process.env));
}

await main();
