// A lock between processes: a file that only one of them can create. It says whose it is, so that one that a killed
// process left behind is taken away.
import { randomUUID } from 'node:crypto';
import { link, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

const WAIT_MS = 10;
/** What is locked takes milliseconds. Beyond this even a process that lives, or another machine's, has lost it. */
const STALE_MS = 60_000;

export interface LockOptions {
  readonly path: string;
  /** Milliseconds until it is given up. */
  readonly patienceMs: number;
}

/** Runs `work` while nobody else does. Rejects when the lock is held all the time, or with what `work` threw. */
export async function withLock<Result>(
  { path, patienceMs }: LockOptions,
  work: () => Promise<Result>,
): Promise<Result> {
  const owner = `${process.pid} ${hostname()} ${randomUUID()}`;
  const giveUpAt = performance.now() + patienceMs;
  while (!(await tryCreate(path, owner))) {
    if (await takeAwayStale(path)) continue;
    if (performance.now() > giveUpAt) throw new Error(`another process holds ${path}`);
    await sleep(WAIT_MS);
  }
  try {
    return await work();
  } finally {
    if ((await read(path)) === owner) await rm(path, { force: true });
  }
}

async function tryCreate(path: string, owner: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx');
    await file.writeFile(owner).finally(() => file.close());
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** True when it was taken away: by renaming it, since of two who do so only one takes what it has read. */
async function takeAwayStale(path: string): Promise<boolean> {
  const owner = await read(path);
  if (owner === undefined || !(await isStale(path, owner))) return false;
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return true;
    throw error;
  }
  // Somebody else was quicker, and this is a lock of a live process: it is put back.
  if ((await read(aside)) !== owner) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
  return true;
}

async function isStale(path: string, owner: string): Promise<boolean> {
  const [pid, host] = owner.split(' ');
  if (host === hostname() && !isAlive(Number(pid))) return true;
  const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Number.POSITIVE_INFINITY }));
  return Date.now() - mtimeMs > STALE_MS;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) !== 'ESRCH';
  }
}

const read = (path: string): Promise<string | undefined> =>
  readFile(path, 'utf8').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  });

const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined;
