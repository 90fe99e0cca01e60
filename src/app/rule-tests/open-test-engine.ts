// An embedded engine of a test run's own: in a temporary directory, ended and removed with the run.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
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

/**
 * From this call on, the end of the process is the end of the engine and its directory, even while it starts: a signal
 * needs a listener that calls process.exit.
 * @throws StoreError when the engine does not start.
 */
export async function openTestEngine({ clock, engineCommand }: OpenTestEngine): Promise<TestEngine> {
  // Without a pause between the two: a directory that nobody removes stays for ever.
  const dataDir = mkdtempSync(join(tmpdir(), 'tidemark-rules-test-'));
  let pid: number | undefined;
  const endAtOnce = (): void => endWithProcess(dataDir, pid);
  process.once('exit', endAtOnce);
  const remove = async (): Promise<void> => {
    await rm(dataDir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    process.removeListener('exit', endAtOnce);
  };
  try {
    const onBegun = (begun: number): void => {
      pid = begun;
    };
    const command = engineCommand(dataDir);
    const engine = await launchEngine({ dataDir, command, restart: false, onBegun });
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

/** For the end of a process that waits for nothing: signals meanwhile are not heard. */
function endWithProcess(dataDir: string, pid: number | undefined): void {
  if (pid !== undefined) signal(pid, 'SIGKILL');
  do {
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 20, retryDelay: 10 });
    // What is being killed may still write for a moment.
    pause(20);
  } while (existsSync(dataDir));
}

const pause = (milliseconds: number): void => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
};

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
