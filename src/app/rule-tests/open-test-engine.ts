// An embedded engine of a test run's own: in a temporary directory, ended and removed with the run.
import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../model/clock.ts';
import type { Store } from '../../model/store.ts';
import { openStore } from '../../store/clickhouse-store.ts';
import { launchEngine } from '../../store/engine/launch-engine.ts';
import { migrate } from '../../store/migrate.ts';

export interface TestEngine {
  /** A new, migrated database for `work`, gone afterwards. */
  withDatabase<Result>(work: (store: Store) => Promise<Result>): Promise<Result>;
  /** Resolves once the process has ended and its directory is removed. */
  close(): Promise<void>;
}

export interface OpenTestEngine {
  readonly clock: Clock;
  /** The command that serves the embedded engine on a data directory. */
  readonly engineCommand: (dataDir: string) => readonly string[];
}

/** @throws StoreError when the engine does not start. */
export async function openTestEngine({ clock, engineCommand }: OpenTestEngine): Promise<TestEngine> {
  const dataDir = await mkdtemp(join(tmpdir(), 'tidemark-rules-test-'));
  const remove = () => rm(dataDir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  try {
    const engine = await launchEngine({ dataDir, command: engineCommand(dataDir), restart: false });
    let databases = 0;
    const makeDatabase = async (): Promise<MadeDatabase> => {
      databases += 1;
      const { url, username, password } = engine;
      const connect = { url, username, password, database: `tests_${databases}` };
      await migrate({ connect, now: clock.now() });
      return { store: openStore(connect), name: connect.database };
    };
    // Ready, or nearly, when the files have been read.
    let first: Promise<MadeDatabase> | undefined = soon(makeDatabase);
    const endAtOnce = (): void => {
      signal(engine.pid, 'SIGKILL');
      rmSync(dataDir, { recursive: true, force: true, maxRetries: 20, retryDelay: 10 });
    };
    // When the process ends without closing: a reader of its output has gone, a second Ctrl-C.
    process.once('exit', endAtOnce);
    return {
      withDatabase: async (work) => {
        const made = first ?? makeDatabase();
        first = undefined;
        const { store, name } = await made;
        try {
          return await work(store);
        } finally {
          await dropDatabase(store, name);
        }
      },
      close: async () => {
        process.removeListener('exit', endAtOnce);
        engine.release();
        await killProcess(engine.pid);
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

interface MadeDatabase {
  readonly store: Store;
  readonly name: string;
}

/** Begun now and awaited later: until then a failure is not unhandled. */
function soon<Value>(work: () => Promise<Value>): Promise<Value> {
  const promise = work();
  promise.catch(() => undefined);
  return promise;
}

/** An engine that died has nothing to drop; what it died of has been told. */
async function dropDatabase(store: Store, name: string): Promise<void> {
  await store.execute({ sql: `DROP DATABASE ${name}`, params: {}, columns: [] }).catch(() => undefined);
  await store.close();
}

/** Nothing of it is kept, so that it need not end in order. */
async function killProcess(pid: number): Promise<void> {
  while (signal(pid, 'SIGKILL')) await sleep(5);
}

/** False when there is no such process any more. */
function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}
