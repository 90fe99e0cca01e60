// Asks a project's database where it is there already and answers soon. Nothing is created or migrated for it: who
// writes rules may have no database at all, and then the client of one is not even loaded.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Store } from '../model/store.ts';
import type { StoreOptions } from '../store/clickhouse-store.ts';
import type { Settings } from './config/settings.ts';

export interface ReachableStoreOptions {
  readonly settings: Pick<Settings, 'dataDir' | 'servers'>;
  /** The command that serves the embedded engine on a data directory. */
  readonly engineCommand: (dataDir: string) => readonly string[];
}

const PATIENCE_MS = 5000;

/** What `read` answers; undefined when there is no database, or no answer. */
export async function askReachableStore<T>(
  options: ReachableStoreOptions,
  read: (store: Store) => Promise<T>,
): Promise<T | undefined> {
  try {
    return await ask(options, read);
  } catch {
    // It is about the rules: a database that is down, foreign or slow is no mistake in them.
    return undefined;
  }
}

async function ask<T>(
  { settings, engineCommand }: ReachableStoreOptions,
  read: (store: Store) => Promise<T>,
): Promise<T | undefined> {
  const { clickhouseUrl, prefix: database } = settings.servers;
  if (clickhouseUrl !== undefined) return readFrom({ url: clickhouseUrl, database }, read);
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
  return readFrom({ url, username, password, database }, read).finally(engine.release);
}

async function readFrom<T>(connect: StoreOptions, read: (store: Store) => Promise<T>): Promise<T> {
  const { openStore } = await import('../store/clickhouse-store.ts');
  const store = openStore({ ...connect, requestTimeoutMs: PATIENCE_MS });
  try {
    return await read(store);
  } finally {
    await store.close();
  }
}
