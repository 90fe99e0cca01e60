// Waits for something that other processes bring about: bounded, and when it does not come, what was seen instead.
import { setTimeout as sleep } from 'node:timers/promises';

export interface Awaited<Seen> {
  /** For people: "every account's task at the stand-in". */
  readonly what: string;
  readonly look: () => Promise<Seen> | Seen;
  readonly holds: (seen: Seen) => boolean;
  /** Default 20 seconds. */
  readonly withinMs?: number;
  /** Default 50 ms. */
  readonly everyMs?: number;
  /** Added to the failure, such as the ends of logs. */
  readonly context?: () => string;
}

/** @returns what was seen when it held. @throws Error that says what was not there, and what was. */
export async function waitUntil<Seen>(options: Awaited<Seen>): Promise<Seen> {
  const { what, look, holds, withinMs = 20_000, everyMs = 50, context } = options;
  const deadline = Date.now() + withinMs;
  for (;;) {
    const seen = await look();
    if (holds(seen)) return seen;
    if (Date.now() > deadline) {
      const shown = JSON.stringify(seen)?.slice(0, 3000);
      throw new Error(`after ${withinMs / 1000} s not there: ${what}; seen: ${shown}\n${context?.() ?? ''}`);
    }
    await sleep(everyMs);
  }
}
