// The embedded engine's process: chDB behind ClickHouse's HTTP interface on loopback, until nobody needs it.
import { randomBytes } from 'node:crypto';
import { access, constants, mkdir, rm } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { createPortListener } from './answer-request.ts';
import { EngineFailure } from './engine-failure.ts';
import { isHeld, type LockFile, markStopped, readLockFile, writeLockFile } from './lock-file.ts';
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

/** Parameters travel in the address: as much as ClickHouse's own server takes. */
const MAX_HEADER = 1_048_576;
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
  const owner = before?.owner ?? { username: 'tidemark', password: randomBytes(24).toString('base64url') };
  const reader = before?.reader ?? { username: 'reader', password: randomBytes(24).toString('base64url') };
  const size = options.sessions ?? 4;
  const ports = await Promise.all([
    listen(
      createPortListener({ pool: sessions.pool(size), user: owner, reader: false, scratchDir }),
      before?.port,
    ),
    listen(
      createPortListener({
        pool: sessions.pool(Math.ceil(size / 2), READERS_WAITING),
        user: reader,
        reader: true,
        scratchDir,
      }),
      before?.readerPort,
    ),
  ]);
  const [port, readerPort] = [portOf(ports[0]), portOf(ports[1])];
  await writeLockFile(dataDir, { pid: process.pid, port, readerPort, owner, reader });
  return runUntilIdle({ dataDir, sessions, ports, idleMs: options.idleMs ?? 10_000, port, readerPort });
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

async function listen(listener: RequestListener, wantedPort: number | undefined): Promise<Server> {
  const server = createServer(
    { keepAliveTimeout: 5_000, requestTimeout: 0, maxHeaderSize: MAX_HEADER },
    listener,
  );
  const tryPort = (port: number) =>
    new Promise<void>((done, fail) => {
      server.once('error', fail).listen(port, LOOPBACK, () => done(void server.off('error', fail)));
    });
  const until = Date.now() + (wantedPort === undefined ? 0 : INSIST_MS);
  for (;;) {
    try {
      await tryPort(wantedPort ?? 0);
      return server;
    } catch {
      if (Date.now() >= until) break;
      await setTimeout(100);
    }
  }
  await tryPort(0);
  return server;
}

/** Whoever holds an engine that died knows its port; a passing connection may have it for a moment. */
const INSIST_MS = 2000;

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

interface Running {
  readonly dataDir: string;
  readonly sessions: EngineSessions;
  readonly ports: readonly Server[];
  readonly idleMs: number;
  readonly port: number;
  readonly readerPort: number;
}

function runUntilIdle(running: Running): RunningEngine {
  let stopping: Promise<void> | undefined;
  let resolveStopped: () => void = () => {};
  const stopped = new Promise<void>((done) => {
    resolveStopped = done;
  });
  const stop = () => {
    stopping ??= shutDown(running).finally(resolveStopped);
    return stopping;
  };
  watchIdle({ servers: running.ports, idleMs: running.idleMs, onIdle: () => void stop() });
  return {
    url: `http://${LOOPBACK}:${running.port}`,
    readerUrl: `http://${LOOPBACK}:${running.readerPort}`,
    stopped,
    stop,
  };
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
