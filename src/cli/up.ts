// `tidemark up`: runs the whole line, or some roles of it, until it is told to stop.
import type { Command } from 'commander';
import type { RunningUp } from '../app/up.ts';
import {
  type CliContext,
  CliFailure,
  type ProjectFlags,
  projectOptions,
  withProjectFlags,
} from './context.ts';

interface UpFlags extends ProjectFlags {
  readonly roles?: string;
  readonly deliverOpen?: boolean;
  readonly watch: boolean;
}

const STOP_WITHIN_MS = 20_000;

export function addUpCommand(root: Command, context: CliContext): void {
  withProjectFlags(root.command('up'))
    .description('collect, store, score and deliver, and serve the page')
    .option('--roles <list>', 'only these: collect,ingest,score,deliver,web')
    .option('--deliver-open', 'also send what opened before its sink was configured')
    .option('--watch', 'apply the rules folder when it changes', true)
    .option('--no-watch', 'apply the rules folder only at the start')
    .action((flags: UpFlags) => up(context, flags));
}

async function up(context: CliContext, flags: UpFlags): Promise<void> {
  const { loadSettings } = await import('../app/config/load-settings.ts');
  const { readRoles } = await import('../app/roles.ts');
  const { createLogger } = await import('../app/create-logger.ts');
  const { startUp } = await import('../app/up.ts');
  const { systemClock } = await import('../app/system-clock.ts');

  const project = projectOptions(context, flags);
  const settings = await loadSettings({ ...project, needsSecrets: true });
  const roles = readRoles(flags.roles, settings.servers);
  if (!roles.ok) throw new CliFailure(`--roles: ${roles.message}`, 2);
  const { environment } = context;
  const logger = createLogger({ environment, output: process.stderr, secrets: settings.secrets });
  const stopSignal = waitForStop();
  const running = await startUp({
    settings,
    roles: roles.roles,
    deliverOpen: flags.deliverOpen ?? false,
    watch: flags.watch,
    clock: systemClock,
    random: Math.random,
    logger,
    engineCommand: project.engineCommand,
    write: (line) => process.stdout.write(`${line}\n`),
  });
  process.stdout.write(`Tidemark is up: ${running.address ?? [...roles.roles].join(',')}\n`);
  await stopWhenTold(running, { stopSignal, logger });
}

/** The first asks for a clean stop, a second ends at once. */
function waitForStop(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        resolve(signal);
        process.once(signal, () => process.exit(130));
      });
    }
  });
}

interface Stopping {
  readonly stopSignal: Promise<NodeJS.Signals>;
  readonly logger: { info(text: string): void; fatal(details: object, text: string): void };
}

async function stopWhenTold(running: RunningUp, { stopSignal, logger }: Stopping): Promise<void> {
  let exitCode = 0;
  try {
    const signal = await Promise.race([stopSignal, running.fault]);
    logger.info(`${signal}: stopping`);
  } catch (error) {
    logger.fatal({ err: error }, 'a fault that needs a new process: stopping');
    exitCode = 1;
  }
  try {
    await running.stop(STOP_WITHIN_MS);
    logger.info('stopped');
  } catch (error) {
    logger.fatal({ err: error }, 'stopped without waiting any longer; nothing durable is lost');
    exitCode = 1;
  }
  process.exit(exitCode);
}
