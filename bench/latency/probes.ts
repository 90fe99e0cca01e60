// Accounts that are waited for: one event each that is to be seen, or ten that are to open a signal. Asked for all the
// time, so a latency is known to the length of one question.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Store } from '../../src/model/store.ts';

export interface Latencies {
  readonly seen: Percentiles;
  readonly signals: Percentiles;
}

interface Percentiles {
  readonly count: number;
  /** Never there within the time. */
  readonly missing: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly most: number;
}

export interface Probes {
  /** Told the moment before the request is sent. */
  wait(kind: 'seen' | 'signals', account: string): void;
  /** Waits for what is still missing. */
  settle(): Promise<Latencies>;
}

const PATIENCE_MILLIS = 30_000;
const PAUSE_MILLIS = 200;

const QUESTIONS = {
  seen: 'SELECT DISTINCT account_id FROM events WHERE account_id IN {accounts:Array(String)}',
  signals: `SELECT account_id FROM signals WHERE account_id IN {accounts:Array(String)} AND state = 'open' AND rule = 'bench_probe'`,
} as const;

export function watchProbes(store: Store): Probes {
  const watched = {
    seen: new Watched(store, QUESTIONS.seen),
    signals: new Watched(store, QUESTIONS.signals),
  };
  return {
    wait: (kind, account) => watched[kind].wait(account),
    settle: async () => {
      const [seen, signals] = await Promise.all([watched.seen.settle(), watched.signals.settle()]);
      return { seen, signals };
    },
  };
}

class Watched {
  readonly #waiting = new Map<string, number>();
  readonly #latencies: number[] = [];
  readonly #loop: Promise<void>;
  #ending = false;

  constructor(store: Store, sql: string) {
    this.#loop = this.#ask(store, sql);
  }

  wait(account: string): void {
    this.#waiting.set(account, performance.now());
  }

  async settle(): Promise<Percentiles> {
    const deadline = performance.now() + PATIENCE_MILLIS;
    while (this.#waiting.size > 0 && performance.now() < deadline) await sleep(PAUSE_MILLIS);
    this.#ending = true;
    await this.#loop;
    const sorted = this.#latencies.sort((a, b) => a - b);
    const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN;
    const missing = this.#waiting.size;
    return { count: sorted.length, missing, p50: at(0.5), p95: at(0.95), p99: at(0.99), most: at(1) };
  }

  async #ask(store: Store, sql: string): Promise<void> {
    while (!this.#ending) {
      const accounts = [...this.#waiting.keys()];
      if (accounts.length > 0) {
        const rows = await store.query<{ account_id: string }>({ sql, params: { accounts }, columns: [] });
        const now = performance.now();
        for (const { account_id: account } of rows) {
          this.#latencies.push(now - (this.#waiting.get(account) ?? now));
          this.#waiting.delete(account);
        }
      }
      await sleep(PAUSE_MILLIS);
    }
  }
}

export function describeLatencies({ seen, signals }: Latencies): string {
  const line = (what: string, { count, missing, p50, p95, p99, most }: Percentiles) =>
    `${what.padEnd(24)} ${String(count).padStart(6)} ${[p50, p95, p99, most].map((millis) => `${millis.toFixed(0)} ms`.padStart(9)).join(' ')}   ${missing} missing`;
  return [
    `${''.padEnd(24)}  count       p50       p95       p99      most`,
    line('event to view `events`', seen),
    line('event to open signal', signals),
  ].join('\n');
}
