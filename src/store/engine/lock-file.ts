// The lock file of a data directory: where its engine listens and with which secrets. It only tells; that one
// process has the directory is ensured by ClickHouse's own lock on its files.
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { EngineUser } from './engine-users.ts';

const user = z.object({ username: z.string(), password: z.string() });

const lockFile = z.object({
  pid: z.number().int(),
  port: z.number().int(),
  readerPort: z.number().int(),
  owner: user,
  reader: user,
  // Left out by engines of before it could be chosen.
  readerHost: z.string().default('127.0.0.1'),
  readerChosen: z.boolean().default(false),
});

export interface LockFile {
  /** 0 once the engine has stopped in good order. */
  readonly pid: number;
  readonly port: number;
  readonly readerPort: number;
  readonly owner: EngineUser;
  readonly reader: EngineUser;
  /** A loopback address. */
  readonly readerHost: string;
  /** True when place and password are from tidemark.yaml, not made up by the engine. */
  readonly readerChosen: boolean;
}

const pathIn = (dataDir: string): string => join(dataDir, 'engine.json');

/** @returns undefined when there is none, or when it cannot be understood. */
export async function readLockFile(dataDir: string): Promise<LockFile | undefined> {
  try {
    return lockFile.parse(JSON.parse(await readFile(pathIn(dataDir), 'utf8')));
  } catch {
    return undefined;
  }
}

/** In one step, readable by its owner only: it holds the passwords. */
export async function writeLockFile(dataDir: string, content: LockFile): Promise<void> {
  const draft = `${pathIn(dataDir)}.${process.pid}`;
  await writeFile(draft, `${JSON.stringify(content, undefined, 2)}\n`, { mode: 0o600 });
  await rename(draft, pathIn(dataDir));
}

/** Keeps ports and secrets for the next engine, so that a data team's client connects again without a change. */
export async function markStopped(dataDir: string, pid: number): Promise<void> {
  const content = await readLockFile(dataDir);
  if (content?.pid === pid) await writeLockFile(dataDir, { ...content, pid: NO_PROCESS });
}

const NO_PROCESS = 0;

/** True when its process lives; only then is it worth asking, and only then are secrets sent to its port. */
export function isHeld(content: LockFile): boolean {
  if (content.pid === NO_PROCESS) return false;
  try {
    process.kill(content.pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
