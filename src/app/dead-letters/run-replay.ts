// `tidemark dead-letters replay` on a project: opens the log where one is configured, and closes it again.
import { createLogger } from '../create-logger.ts';
import { openEventLog } from '../open-parts.ts';
import type { Project } from '../open-project.ts';
import type { Choice } from './choose-dead-letters.ts';
import type { Fixes } from './read-fixes.ts';
import { type Replayed, replayDeadLetters } from './replay-dead-letters.ts';
import { storeIntoTables, storeThroughLog } from './store-events.ts';

export interface RunReplayOptions {
  readonly project: Project;
  readonly choice: Choice;
  readonly fixes: Fixes;
  /** Store nothing, and say what would become of them. */
  readonly dryRun: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export async function runReplay({
  project,
  dryRun,
  environment,
  ...what
}: RunReplayOptions): Promise<Replayed> {
  const { settings, store, clock } = project;
  const options = { ...what, store, clock };
  if (dryRun) return replayDeadLetters({ ...options, storeEvents: undefined });
  if (settings.servers.kafkaBrokers === undefined) {
    return replayDeadLetters({ ...options, storeEvents: storeIntoTables({ store, clock }) });
  }
  const logger = createLogger({ environment, output: process.stderr, secrets: settings.secrets });
  const { log } = await openEventLog({ settings, clock, logger });
  try {
    return await replayDeadLetters({ ...options, storeEvents: storeThroughLog(log) });
  } finally {
    await log.close();
  }
}
