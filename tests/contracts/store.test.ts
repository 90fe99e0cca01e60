// The store contract on both ways to a ClickHouse: launched with the data directory, and given as a URL.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { StoreError } from '../../src/model/store.ts';
import type { EpochMicros } from '../../src/model/time.ts';
import { openStore } from '../../src/store/clickhouse-store.ts';
import { readLockFile } from '../../src/store/engine/lock-file.ts';
import { migrate } from '../../src/store/migrate.ts';
import { engineCommand, startTestEngine } from '../integration/support/engine.ts';
import { describeStore } from './store.contract.ts';

describeStore('an engine from the launcher', async () => {
  const engine = await startTestEngine();
  return { store: await engine.openDatabase(), close: () => engine.stop() };
});

describeStore('a server given by CLICKHOUSE_URL', async () => {
  const server = await startServer();
  const connect = { url: server.url, database: 'tidemark' };
  await migrate({ connect, now: 1_772_357_400_000_000 as EpochMicros });
  const store = openStore(connect);
  return {
    store,
    close: async () => {
      await store.close();
      await server.stop();
    },
  };
});

/** An engine that runs before anybody asks for it, and is known only by a URL with credentials in it. */
async function startServer(): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'tidemark-server-'));
  const [program = '', ...args] = engineCommand(dataDir, 60_000);
  const child: ChildProcess = spawn(program, args, {
    stdio: 'inherit',
    env: { ...process.env, UV_THREADPOOL_SIZE: '16' },
  });
  let lock = await readLockFile(dataDir);
  while (!lock && child.exitCode === null) {
    await new Promise((done) => setTimeout(done, 20));
    lock = await readLockFile(dataDir);
  }
  if (!lock) throw new Error('the engine did not start');
  return {
    url: `http://${lock.owner.username}:${lock.owner.password}@127.0.0.1:${lock.port}`,
    stop: async () => {
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'exit');
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

const failureOf = (options: Parameters<typeof openStore>[0]): Promise<unknown> => {
  const store = openStore(options);
  return store.query({ sql: 'SELECT 1', params: {}, columns: [] }).catch((error: unknown) => error);
};

test('a server that is not there is a retryable error that names it and not the password', async () => {
  const error = await failureOf({ url: 'http://ann:s3cret-word@127.0.0.1:9', database: 'tidemark' });
  expect(error).toBeInstanceOf(StoreError);
  expect(error).toMatchObject({ retryable: true, code: undefined });
  expect(String(error)).toContain('http://127.0.0.1:9');
  expect(String(error)).not.toContain('s3cret-word');
});

test('rejected credentials are an error that says so and not the password', async () => {
  const server = await startServer();
  try {
    const url = new URL(server.url);
    url.password = 's3cret-word';
    const error = await failureOf({ url: url.href, database: 'default' });
    expect(error).toMatchObject({ retryable: false, code: 516 });
    expect(String(error)).toContain('rejected the user "tidemark" or its password');
    expect(String(error)).not.toContain('s3cret-word');
  } finally {
    await server.stop();
  }
});

test('what is no URL is refused at once, without repeating it', () => {
  expect(() => openStore({ url: 'ann:s3cret-word@localhost', database: 'tidemark' })).not.toThrow(/s3cret/);
  expect(() => openStore({ url: '::: s3cret', database: 'tidemark' })).toThrow('not a URL for ClickHouse');
});
