// An embedded engine of a test run's own: in a temporary directory, ended and removed with the run.
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
    const { url, username, password } = engine;
    let databases = 0;
    return {
      withDatabase: async (work) => {
        databases += 1;
        const connect = { url, username, password, database: `tests_${databases}` };
        await migrate({ connect, now: clock.now() });
        const store = openStore(connect);
        try {
          return await work(store);
        } finally {
          await dropDatabase(store, connect.database);
          await store.close();
        }
      },
      close: async () => {
        engine.release();
        await endProcess(engine.pid);
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** An engine that died has nothing to drop; what it died of has been told. */
const dropDatabase = (store: Store, name: string): Promise<unknown> =>
  store.execute({ sql: `DROP DATABASE ${name}`, params: {}, columns: [] }).catch(() => undefined);

const GIVE_UP_MS = 10_000;

/** An engine that is needed no more would stay for ten seconds. */
async function endProcess(pid: number): Promise<void> {
  signal(pid, 'SIGTERM');
  for (const deadline = Date.now() + GIVE_UP_MS; signal(pid, 0) && Date.now() < deadline; ) await sleep(10);
  signal(pid, 'SIGKILL');
}

/** False when there is no such process any more. */
function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}
