// Finds the engine of a data directory, or starts one as a process of its own, and holds it while it is needed.
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { StoreError } from '../../model/store.ts';
import { holdLease, type Lease } from './hold-lease.ts';
import { isHeld, type LockFile, readLockFile } from './lock-file.ts';
import { isServedAt, urlOf, type WantedReader } from './reader-place.ts';

export interface LaunchEngineOptions {
  readonly dataDir: string;
  /** Program and arguments that end in `serveEngine` on this directory, such as node, bin/tidemark, engine, --data, DIR. */
  readonly command: readonly string[];
  /**
   * Where readers are to be served; an engine that serves them elsewhere is told, also one that was there already.
   * Undefined leaves it as it is.
   */
  readonly reader?: WantedReader | undefined;
  /** How long it may take until the engine answers, in milliseconds. Default 30,000. */
  readonly timeoutMs?: number;
  /** Start the engine again when it dies while it is held. Default true. */
  readonly restart?: boolean;
  /** How long an engine that died may be tried to start again, in milliseconds, before `lost`. Default 60,000. */
  readonly giveUpAfterMs?: number;
  /**
   * Told the process of an engine as soon as it is begun, before it answers: whoever must end while it starts can end
   * it. Not told of an engine that was there already; the last that was told is the one that runs.
   */
  readonly onBegun?: (pid: number) => void;
}

export interface LaunchedEngine {
  readonly url: string;
  readonly username: string;
  readonly password: string;
  /** For data teams: a port whose user may only read. */
  readonly reader: { readonly url: string; readonly username: string; readonly password: string };
  readonly pid: number;
  /** Rejects with a StoreError when the engine died and does not come back at this address. Never resolves. */
  readonly lost: Promise<never>;
  /** Lets go: an engine that nobody holds or uses ends by itself. */
  release(): void;
}

/**
 * Two launchers at once end up with one engine. The hold on it does not keep this process alive, and ends with it.
 * @throws StoreError when the engine does not answer in time or ends at once, with the end of its own output.
 */
export async function launchEngine(options: LaunchEngineOptions): Promise<LaunchedEngine> {
  const { lease, ...found } = await findOrStart(options);
  const lock = await askForReader(found.lock, options).catch((error: unknown) => {
    lease.release();
    throw error;
  });
  const held = { lease, released: false };
  const lost = (options.restart ?? true) ? keepHeld(options, held, lock.port) : NEVER;
  // Not every holder waits for it.
  lost.catch(() => undefined);
  return {
    url: ownerUrl(lock),
    ...lock.owner,
    reader: { url: urlOf(lock.readerHost, lock.readerPort), ...lock.reader },
    pid: lock.pid,
    lost,
    release: () => {
      held.released = true;
      held.lease.release();
    },
  };
}

const NEVER = new Promise<never>(() => undefined);

const ownerUrl = ({ port }: LockFile): string => urlOf('127.0.0.1', port);

/** @throws StoreError in the engine's words when it cannot serve readers there. */
async function askForReader(lock: LockFile, { dataDir, reader }: LaunchEngineOptions): Promise<LockFile> {
  if (reader === undefined || isServedAt(lock, reader)) return lock;
  const { username, password } = lock.owner;
  const answer = await fetch(`${ownerUrl(lock)}/reader`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` },
    body: JSON.stringify(reader),
  });
  if (!answer.ok) {
    const text = (await answer.text()).replace(/^Code: \d+\. DB::Exception: /, '').trim();
    throw new StoreError(text, { code: undefined, retryable: false });
  }
  return (await readLockFile(dataDir)) ?? lock;
}

interface Held {
  lease: Lease;
  released: boolean;
}

/** A new engine takes over ports and secrets, so that stores opened before go on. */
async function keepHeld(options: LaunchEngineOptions, held: Held, port: number): Promise<never> {
  while (!held.released) {
    await held.lease.lost;
    if (held.released) break;
    const found = await startAgain(options, held);
    if (!found) break;
    held.lease = found.lease;
    if (held.released) held.lease.release();
    else if (found.lock.port !== port) throw movedAway(options, { held, from: port, to: found.lock.port });
  }
  return NEVER;
}

/** Stores opened before know the old address only. */
function movedAway(
  { dataDir }: LaunchEngineOptions,
  { held, from, to }: { readonly held: Held; readonly from: number; readonly to: number },
): StoreError {
  held.lease.release();
  return new StoreError(
    `the embedded ClickHouse engine of ${resolve(dataDir)} died, and its port ${from} was taken before it came back on ${to}; start again`,
    { code: undefined, retryable: false },
  );
}

/** @returns undefined once it is released. @throws StoreError, the last failure, after `giveUpAfterMs`. */
async function startAgain(options: LaunchEngineOptions, held: Held): Promise<Found | undefined> {
  const deadline = Date.now() + (options.giveUpAfterMs ?? 60_000);
  for (let waitMs = 250; !held.released; waitMs = Math.min(waitMs * 2, 5000)) {
    try {
      return await findOrStart(options);
    } catch (error) {
      if (Date.now() + waitMs > deadline) throw error;
    }
    await setTimeout(waitMs, undefined, { ref: false });
  }
  return undefined;
}

interface Found {
  readonly lock: LockFile;
  readonly lease: Lease;
}

async function findOrStart(options: LaunchEngineOptions): Promise<Found> {
  const deadline = Date.now() + (options.timeoutMs ?? 30_000);
  let child: ChildProcess | undefined;
  let waitMs = 5;
  while (Date.now() < deadline) {
    const found = await findLive(options.dataDir);
    if (found) return found;
    // A child that was refused the directory met another engine, which is starting or leaving: look again.
    if (!child || child.exitCode === EXIT_DIRECTORY_IN_USE) child = startEngine(options);
    else if (hasEnded(child))
      throw await startFailed(options, `it ended with ${child.exitCode ?? child.signalCode}`);
    await setTimeout(waitMs);
    waitMs = Math.min(waitMs * 1.5, 250);
  }
  throw await startFailed(options, 'it did not answer in time');
}

/** The exit code with which an engine says that another one has its directory. */
const EXIT_DIRECTORY_IN_USE = 76;

const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

async function findLive(dataDir: string): Promise<Found | undefined> {
  const lock = await readLockFile(dataDir);
  if (!lock || !isHeld(lock)) return undefined;
  const lease = await holdLease({ url: ownerUrl(lock), ...lock.owner });
  return lease && { lock, lease };
}

function startEngine({ dataDir, command, onBegun }: LaunchEngineOptions): ChildProcess {
  const [program = process.execPath, ...args] = command;
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const log = openSync(logFile(dataDir), 'a', 0o600);
  // Four running statements would starve libuv's four threads, so that not even a file could be read.
  const env = { ...process.env, UV_THREADPOOL_SIZE: '16', TZ: 'UTC' };
  const child = spawn(program, args, { detached: true, stdio: ['ignore', log, log], env });
  child.on('error', () => undefined);
  if (child.pid !== undefined) onBegun?.(child.pid);
  child.unref();
  closeSync(log);
  return child;
}

const logFile = (dataDir: string): string => join(dataDir, 'engine.log');

async function startFailed({ dataDir }: LaunchEngineOptions, what: string): Promise<StoreError> {
  const log = await readFile(logFile(dataDir), 'utf8').catch(() => '');
  const end = log.trim().split('\n').slice(-5).join('\n');
  return new StoreError(
    `the embedded ClickHouse engine could not be started on ${resolve(dataDir)}: ${what}.\n${end}`,
    { code: undefined, retryable: false },
  );
}
