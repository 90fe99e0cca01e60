// How an engine begins and ends: found, started once, held, killed, started again, left alone.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Store } from '../../src/model/store.ts';
import { openStore } from '../../src/store/clickhouse-store.ts';
import { type LaunchedEngine, launchEngine } from '../../src/store/engine/launch-engine.ts';
import { readLockFile } from '../../src/store/engine/lock-file.ts';
import { engineCommand, waitForEnd } from './support/engine.ts';
import { waitUntil } from './support/wait-until.ts';

/** Well above the quarter of a second after which a launcher looks again for the engine that it has started. */
const IDLE_MS = 1_500;

let dataDir: string;
const opened: { readonly engine: LaunchedEngine; readonly store: Store }[] = [];

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'tidemark-life-'));
});

afterEach(async () => {
  for (const { engine, store } of opened.splice(0)) {
    engine.release();
    await store.close();
  }
  const pid = (await readLockFile(dataDir))?.pid ?? 0;
  if (pid > 0) await end(pid, 'SIGTERM');
  await rm(dataDir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
});

interface LaunchWith {
  readonly idleMs?: number;
  readonly restart?: boolean;
  readonly giveUpAfterMs?: number;
  /** While this file is there, no engine starts. */
  readonly broken?: string;
}

async function launch({ idleMs = 10_000, restart = false, giveUpAfterMs = 60_000, broken }: LaunchWith = {}) {
  const plain = engineCommand(dataDir, idleMs);
  const command =
    broken === undefined
      ? plain
      : ['/bin/sh', '-c', `test -e ${broken} && exit 4; exec "$@"`, 'sh', ...plain];
  const engine = await launchEngine({ dataDir, command, restart, giveUpAfterMs });
  const { url, username, password } = engine;
  const store = openStore({ url, username, password, database: 'default' });
  opened.push({ engine, store });
  return { engine, store };
}

async function end(pid: number, signal: NodeJS.Signals): Promise<void> {
  try {
    process.kill(pid, signal);
  } catch {
    return;
  }
  await waitForEnd(pid);
}

const count = (store: Store) =>
  store.query<{ n: string }>({ sql: 'SELECT count() AS n FROM kept', params: {}, columns: ['n'] });

async function countOnceItAnswers(store: Store): Promise<unknown> {
  return waitUntil({
    what: 'an answer of the engine',
    look: () => count(store).catch(() => undefined),
    holds: (rows) => rows !== undefined,
    withinMs: 45_000,
  });
}

/** Itself not counted. */
async function runningQueries(store: Store, text: string): Promise<number> {
  const sql = `SELECT count() AS n FROM system.processes
    WHERE position(query, {text: String}) > 0 AND position(query, 'system.processes') = 0`;
  const [row] = await store.query<{ n: string }>({ sql, params: { text }, columns: ['n'] });
  return Number(row?.n);
}

async function fill(store: Store, rows: number): Promise<void> {
  const sql = 'CREATE TABLE IF NOT EXISTS kept (n UInt64) ENGINE = MergeTree ORDER BY n';
  await store.execute({ sql, params: {}, columns: [] });
  const body = Buffer.from(Array.from({ length: rows }, (_, n) => `${n}\n`).join(''));
  await store.insert({ table: 'kept', columns: ['n'], rows, body });
}

test('two launchers at once end up with one engine', async () => {
  const [one, two, three] = await Promise.all([launch(), launch(), launch()]);
  expect(new Set([one.engine.pid, two.engine.pid, three.engine.pid]).size).toBe(1);
  await fill(one.store, 10);
  expect(await count(two.store)).toEqual([{ n: '10' }]);
});

test('the lock file is for its owner only', async () => {
  await launch();
  expect((await stat(join(dataDir, 'engine.json'))).mode & 0o777).toBe(0o600);
});

test('a second engine on the directory is refused and says who has it', async () => {
  const { engine } = await launch();
  const [program = '', ...args] = engineCommand(dataDir);
  const second = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const [output, [code]] = await Promise.all([text(second.stderr), once(second, 'exit')]);
  expect(code).toBe(76);
  expect(output).toContain(
    `another engine (process ${engine.pid}) has the directory ${dataDir}; stop it first`,
  );
});

test('after kill -9 a new engine has all that was acknowledged, on the same port with the same secrets', async () => {
  const first = await launch();
  for (let block = 0; block < 5; block++) await fill(first.store, 1000);
  await end(first.engine.pid, 'SIGKILL');
  const second = await launch();
  expect(second.engine.pid).not.toBe(first.engine.pid);
  expect(second.engine).toMatchObject({ url: first.engine.url, reader: first.engine.reader });
  expect(await count(first.store)).toEqual([{ n: '5000' }]);
});

test('an engine that dies while it is held is started again', async () => {
  const { engine, store } = await launch({ restart: true });
  await fill(store, 7);
  await end(engine.pid, 'SIGKILL');
  expect(await countOnceItAnswers(store)).toEqual([{ n: '7' }]);
});

test('an engine that cannot start again is tried until it can', async () => {
  const broken = join(dataDir, 'broken');
  const { engine, store } = await launch({ restart: true, broken });
  await fill(store, 7);
  await writeFile(broken, '');
  await end(engine.pid, 'SIGKILL');
  await setTimeout(1500);
  await rm(broken);
  expect(await countOnceItAnswers(store)).toEqual([{ n: '7' }]);
});

test('its holder is told when it does not come back', async () => {
  const broken = join(dataDir, 'broken');
  const { engine } = await launch({ restart: true, broken, giveUpAfterMs: 800 });
  await writeFile(broken, '');
  await end(engine.pid, 'SIGKILL');
  await expect(engine.lost).rejects.toThrow('could not be started');
});

test('its holder is told when it comes back elsewhere, since the old port is taken', async () => {
  const broken = join(dataDir, 'broken');
  const { engine } = await launch({ restart: true, broken });
  await writeFile(broken, '');
  await end(engine.pid, 'SIGKILL');
  const other = createServer().listen(Number(new URL(engine.url).port), '127.0.0.1');
  await once(other, 'listening');
  await rm(broken);
  await expect(engine.lost).rejects.toThrow(/its port \d+ was taken before it came back on \d+/);
  other.close();
});

test('released, it is neither started again nor missed', async () => {
  const broken = join(dataDir, 'broken');
  const { engine } = await launch({ restart: true, broken, giveUpAfterMs: 300 });
  await writeFile(broken, '');
  engine.release();
  await end(engine.pid, 'SIGKILL');
  expect(await Promise.race([engine.lost, setTimeout(1500, 'quiet')])).toBe('quiet');
});

test('it stays while it is held, ends when nobody is left, and keeps its ports for the next', async () => {
  const { engine, store } = await launch({ idleMs: IDLE_MS });
  await fill(store, 3);
  await store.close();
  await setTimeout(2 * IDLE_MS);
  expect(await readLockFile(dataDir)).toMatchObject({ pid: engine.pid });
  engine.release();
  await waitForEnd(engine.pid);
  expect(await readLockFile(dataDir)).toMatchObject({ pid: 0 });
  const next = await launch();
  expect(next.engine.url).toBe(engine.url);
  expect(await count(next.store)).toEqual([{ n: '3' }]);
});

test('told to stop, it finishes what is running', async () => {
  const { engine, store } = await launch();
  const slow = store.query({ sql: 'SELECT sleep(2) AS slept', params: {}, columns: ['slept'] });
  await waitUntil({
    what: 'the query among those that run',
    look: () => runningQueries(store, 'sleep(2)'),
    holds: (running) => running > 0,
    everyMs: 20,
  });
  await end(engine.pid, 'SIGTERM');
  expect(await slow).toEqual([{ slept: 0 }]);
});

test('a command that is no engine is an error that shows what it said', async () => {
  const command = [process.execPath, '-e', 'console.error("no engine in here"); process.exit(4)'];
  await expect(launchEngine({ dataDir, command })).rejects.toThrow(/ended with 4\.\nno engine in here/);
});

test('a data directory that is a file is an error that says so at once', async () => {
  await writeFile(join(dataDir, 'clickhouse'), '');
  const started = performance.now();
  await expect(launchEngine({ dataDir, command: engineCommand(dataDir) })).rejects.toThrow('EEXIST');
  expect(performance.now() - started).toBeLessThan(10_000);
});
