// Runs statements on chDB sessions of one directory, so many at once and no more. A session serves one statement
// and is thrown away: opening one takes 0.1 ms, and nothing can leak into the next statement, neither the rows
// that a failed query leaves behind nor settings, parameters, the current database or read-only mode.
import { drainPending, Session } from 'chdb';
import { EngineFailure } from './engine-failure.ts';

export interface SessionPool {
  run<Result>(work: (session: Session) => Promise<Result>): Promise<Result>;
}

export interface EngineSessions {
  /** A pool of its own, so that one kind of user cannot keep another waiting; `maxWaiting` default is no bound. */
  pool(size: number, maxWaiting?: number): SessionPool;
  /** Waits for what is running, then lets go of the directory. */
  close(): Promise<void>;
}

/** @throws EngineFailure with code 76 when another process has the directory. */
export function openSessions(path: string): EngineSessions {
  const keeper = openSession(path);
  const state = { closed: false };
  return {
    pool: (size, maxWaiting = Number.POSITIVE_INFINITY) => createPool({ path, size, maxWaiting, state }),
    close: async () => {
      state.closed = true;
      await drainPending();
      keeper.close();
    },
  };
}

function openSession(path: string): Session {
  try {
    return new Session(path);
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    throw new EngineFailure(76, `the directory ${path} cannot be opened: ${text}`);
  }
}

interface PoolOptions {
  readonly path: string;
  readonly size: number;
  readonly maxWaiting: number;
  readonly state: { readonly closed: boolean };
}

function createPool({ path, size, maxWaiting, state }: PoolOptions): SessionPool {
  let free = size;
  const waiting: (() => void)[] = [];
  const take = async () => {
    if (free > 0) free -= 1;
    else if (waiting.length >= maxWaiting)
      throw new EngineFailure(202, `Too many simultaneous queries: ${size} run and ${maxWaiting} wait`, 503);
    else await new Promise<void>((resolve) => waiting.push(resolve));
  };
  const give = () => {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  };
  return {
    run: async (work) => {
      await take();
      try {
        if (state.closed) throw new EngineFailure(236, 'the engine is stopping; send it again', 503);
        return await runOnce(path, work);
      } finally {
        give();
      }
    },
  };
}

async function runOnce<Result>(path: string, work: (session: Session) => Promise<Result>): Promise<Result> {
  const session = new Session(path);
  try {
    return await work(session);
  } finally {
    session.close();
  }
}
