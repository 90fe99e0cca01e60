// Starts an embedded engine in a temporary directory and hands out a migrated Store on it.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Store } from '../../../src/model/store.ts';
import type { EpochMicros } from '../../../src/model/time.ts';
import { openStore } from '../../../src/store/clickhouse-store.ts';
import { type LaunchedEngine, launchEngine } from '../../../src/store/engine/launch-engine.ts';
import { migrate } from '../../../src/store/migrate.ts';

export interface TestEngine {
  readonly dataDir: string;
  readonly engine: LaunchedEngine;
  /** On a new, migrated database of its own, so that tests in one file do not see each other's rows. */
  openDatabase(name?: string): Promise<Store>;
  /** Ends the engine and removes its directory. */
  stop(): Promise<void>;
}

/** The command of an engine on this directory, without a bundle. */
export const engineCommand = (dataDir: string, idleMs = 10_000): readonly string[] => [
  process.execPath,
  '--import',
  'tsx',
  fileURLToPath(new URL('./run-engine.ts', import.meta.url)),
  dataDir,
  String(idleMs),
];

export async function startTestEngine(): Promise<TestEngine> {
  const dataDir = await mkdtemp(join(tmpdir(), 'tidemark-engine-'));
  const engine = await launchEngine({ dataDir, command: engineCommand(dataDir), restart: false });
  const stores: Store[] = [];
  let databases = 0;
  return {
    dataDir,
    engine,
    openDatabase: async (name = `test_${++databases}`) => {
      const connect = {
        url: engine.url,
        username: engine.username,
        password: engine.password,
        database: name,
      };
      await migrate({ connect, now: (Date.now() * 1000) as EpochMicros });
      const store = openStore(connect);
      stores.push(store);
      return store;
    },
    stop: async () => {
      await Promise.all(stores.map((store) => store.close()));
      engine.release();
      process.kill(engine.pid, 'SIGTERM');
      await waitForEnd(engine.pid);
      await rm(dataDir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    },
  };
}

/** Resolves once the process is gone. */
export async function waitForEnd(pid: number): Promise<void> {
  const isAlive = () => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };
  while (isAlive()) await new Promise((done) => setTimeout(done, 20));
}
