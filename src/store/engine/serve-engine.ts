// The embedded engine's process: chDB behind ClickHouse's HTTP interface on loopback, until nobody needs it.
import { access, constants, mkdir, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { createPortListener } from './answer-request.ts';
import { EngineFailure } from './engine-failure.ts';
import { listen, portOf } from './listen.ts';
import { isHeld, type LockFile, markStopped, readLockFile, writeLockFile } from './lock-file.ts';
import { openReaderPort } from './open-reader-port.ts';
import { makePassword, urlOf, type WantedReader } from './reader-place.ts';
import { type EngineSessions, openSessions } from './session-pool.ts';
import { watchIdle } from './watch-idle.ts';

export interface ServeEngineOptions {
  readonly dataDir: string;
  /** The engine ends so long after its last connection has gone, in milliseconds. Default 10,000; Infinity never. */
  readonly idleMs?: number;
  /** Statements at once for the owner, default 4, and for the reader, half of it. */
  readonly sessions?: number;
}

export interface RunningEngine {
  readonly url: string;
  readonly readerUrl: string;
  /** Resolves once the engine has stopped: idle for long enough, or told to. */
  readonly stopped: Promise<void>;
  /** Takes no new request, lets the running ones finish, and lets go of the directory. */
  stop(): Promise<void>;
}

/** Of a reader's statements, beside those that run: a dashboard asks all its panels at once. */
const READERS_WAITING = 100;
const LOOPBACK = '127.0.0.1';

/**
 * Opens the data directory and listens. An engine that starts where one was before takes over its ports and
 * secrets, so that clients of one that crashed go on.
 * @throws EngineFailure with code 76 when another engine has the directory.
 */
export async function serveEngine(options: ServeEngineOptions): Promise<RunningEngine> {
  // Columns without a zone and functions such as now() mean UTC, wherever the machine stands.
  process.env.TZ = 'UTC';
  const dataDir = resolve(options.dataDir);
  const scratchDir = join(dataDir, 'scratch');
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  // chDB says only that it cannot connect: what is no directory, or not ours to write in, is found out here.
  await mkdir(join(dataDir, 'clickhouse'), { recursive: true });
  await access(join(dataDir, 'clickhouse'), constants.W_OK);
  const before = await readLockFile(dataDir);
  const sessions = openDirectory(dataDir, before);
  await rm(scratchDir, { recursive: true, force: true });
  await mkdir(scratchDir, { mode: 0o700 });
  const size = options.sessions ?? 4;
  const readerPool = sessions.pool(Math.ceil(size / 2), READERS_WAITING);
  const reader = await openReaderPort({
    before,
    listenerFor: (user) => createPortListener({ pool: readerPool, user, reader: true, scratchDir }),
  });
  const user = before?.owner ?? { username: 'tidemark', password: makePassword() };
  const moveReader = async (wanted: WantedReader): Promise<void> => {
    try {
      watch.add(await reader.move(wanted));
    } finally {
      await saveLockFile();
    }
  };
  const owner = await listen(
    createPortListener({ pool: sessions.pool(size), user, reader: false, scratchDir, moveReader }),
    { host: LOOPBACK, wantedPort: before?.port },
  );
  const saveLockFile = (): Promise<void> =>
    writeLockFile(dataDir, { pid: process.pid, port: portOf(owner), owner: user, ...reader.place() });
  await saveLockFile();
  const life = untilStopped(() => shutDown({ dataDir, sessions, ports: [owner, ...reader.servers()] }));
  const watch = watchIdle({
    servers: [owner, ...reader.servers()],
    idleMs: options.idleMs ?? 10_000,
    onIdle: () => void life.stop(),
  });
  const { readerHost, readerPort } = reader.place();
  return { url: urlOf(LOOPBACK, portOf(owner)), readerUrl: urlOf(readerHost, readerPort), ...life };
}

function openDirectory(dataDir: string, before: LockFile | undefined): EngineSessions {
  try {
    return openSessions(join(dataDir, 'clickhouse'));
  } catch (error) {
    const holder = before && isHeld(before) ? ` (process ${before.pid})` : '';
    const reason = error instanceof Error ? error.message : String(error);
    throw new EngineFailure(
      76,
      `another engine${holder} has the directory ${dataDir}; stop it first. ${reason}`,
    );
  }
}

interface Life {
  readonly stopped: Promise<void>;
  stop(): Promise<void>;
}

function untilStopped(shutDownOnce: () => Promise<void>): Life {
  let stopping: Promise<void> | undefined;
  let resolveStopped: () => void = () => {};
  const stopped = new Promise<void>((done) => {
    resolveStopped = done;
  });
  const stop = (): Promise<void> => {
    stopping ??= shutDownOnce().finally(resolveStopped);
    return stopping;
  };
  return { stopped, stop };
}

interface Running {
  readonly dataDir: string;
  readonly sessions: EngineSessions;
  readonly ports: readonly Server[];
}

/** The lock file says so first, so that nobody is sent to an engine that is leaving. */
async function shutDown({ dataDir, sessions, ports }: Running): Promise<void> {
  await markStopped(dataDir, process.pid);
  const closed = ports.map((server) => new Promise((done) => server.close(done)));
  for (const server of ports) server.closeIdleConnections();
  await sessions.close();
  await Promise.race([Promise.all(closed), setTimeout(LAST_ANSWERS_MS)]);
  for (const server of ports) server.closeAllConnections();
  await Promise.all(closed);
}

/** For answers to leave; leases stay open and are cut afterwards. */
const LAST_ANSWERS_MS = 300;
