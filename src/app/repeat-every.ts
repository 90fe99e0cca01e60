// Runs something again and again, never twice at once, and stops cleanly.

export interface Repetition {
  /** Resolves when the run under way has ended; no other begins. */
  stop(): Promise<void>;
}

/** The pause is at least so many times as long as the run before took: what grows slow does not take all time. */
const REST = 10;

/** The first run begins at once; a pause of at least `everyMs` stands between one and the next. */
export function repeatEvery(everyMs: number, run: () => Promise<void>): Repetition {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let running: Promise<void> = Promise.resolve();
  const next = (): void => {
    const startedAt = performance.now();
    running = run().finally(() => {
      const pauseMs = Math.max(everyMs, REST * (performance.now() - startedAt));
      if (!stopped) timer = setTimeout(next, pauseMs);
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
