// Which events a project has seen, where its database is there already and answers soon. Nothing is created or
// migrated for it: who checks rules may have no database at all, and then the client of one is not even loaded.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { StoreOptions } from '../store/clickhouse-store.ts';
import type { Settings } from './config/settings.ts';

export interface SeenEventsOptions {
  readonly settings: Pick<Settings, 'dataDir' | 'servers'>;
  /** The command that serves the embedded engine on a data directory. */
  readonly engineCommand: (dataDir: string) => readonly string[];
}

const PATIENCE_MS = 5000;

/** Names and counts, the most frequent first; undefined when there is no database, no event yet, or no answer. */
export async function readSeenEvents(
  options: SeenEventsOptions,
): Promise<ReadonlyMap<string, number> | undefined> {
  try {
    const counts = await ask(options);
    return counts !== undefined && counts.size > 0 ? counts : undefined;
  } catch {
    // The check is of the rules: a database that is down, foreign or slow is no mistake in them.
    return undefined;
  }
}

async function ask({
  settings,
  engineCommand,
}: SeenEventsOptions): Promise<ReadonlyMap<string, number> | undefined> {
  const { clickhouseUrl, prefix: database } = settings.servers;
  if (clickhouseUrl !== undefined) return count({ url: clickhouseUrl, database });
  // The engine's own file: a folder without it has never had one.
  if (!existsSync(join(settings.dataDir, 'engine.json'))) return undefined;
  const { launchEngine } = await import('../store/engine/launch-engine.ts');
  const engine = await launchEngine({
    dataDir: settings.dataDir,
    command: engineCommand(settings.dataDir),
    timeoutMs: PATIENCE_MS,
    restart: false,
  });
  const { url, username, password } = engine;
  return count({ url, username, password, database }).finally(engine.release);
}

async function count(connect: StoreOptions): Promise<ReadonlyMap<string, number>> {
  const { openStore } = await import('../store/clickhouse-store.ts');
  const { readEventCounts } = await import('../store/read/read-event-counts.ts');
  const store = openStore({ ...connect, requestTimeoutMs: PATIENCE_MS });
  try {
    return await readEventCounts(store);
  } finally {
    await store.close();
  }
}
