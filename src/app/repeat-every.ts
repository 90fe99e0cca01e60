// Runs something again and again, never twice at once, and stops cleanly.

export interface Repetition {
  /** Resolves when the run under way has ended; no other begins. */
  stop(): Promise<void>;
}

/** The first run begins at once; the pause of `everyMs` stands between the end of one and the start of the next. */
export function repeatEvery(everyMs: number, run: () => Promise<void>): Repetition {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let running: Promise<void> = Promise.resolve();
  const next = (): void => {
    running = run().finally(() => {
      if (!stopped) timer = setTimeout(next, everyMs);
    });
  };
  next();
  return {
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
