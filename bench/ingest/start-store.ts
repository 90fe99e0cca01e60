// A migrated store on an engine of its own, and its address for another process.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Store } from '../../src/model/store.ts';
import type { EpochMicros } from '../../src/model/time.ts';
import { openStore } from '../../src/store/clickhouse-store.ts';
import { launchEngine } from '../../src/store/engine/launch-engine.ts';
import { migrate } from '../../src/store/migrate.ts';

export interface StartedStore {
  readonly store: Store;
  /** With user and password. */
  readonly url: string;
  readonly database: string;
  readonly pid: number;
  stop(): Promise<void>;
}

export async function startStore(): Promise<StartedStore> {
  const dataDir = mkdtempSync(join(tmpdir(), 'tidemark-bench-'));
  const command = [process.execPath, 'bin/tidemark', 'engine', '--data', dataDir];
  const engine = await launchEngine({ dataDir, command, restart: false });
  const connect = { url: withLogin(engine), database: 'tidemark' };
  await migrate({ connect, now: (Date.now() * 1000) as EpochMicros });
  const store = openStore(connect);
  return {
    ...connect,
    pid: engine.pid,
    store,
    async stop() {
      await store.close();
      engine.release();
      process.kill(engine.pid, 'SIGTERM');
      while (isAlive(engine.pid)) await new Promise((done) => setTimeout(done, 50));
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

function withLogin(engine: {
  readonly url: string;
  readonly username: string;
  readonly password: string;
}): string {
  const url = new URL(engine.url);
  url.username = engine.username;
  url.password = engine.password;
  return url.href;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
