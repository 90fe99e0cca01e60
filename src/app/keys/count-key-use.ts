// Counts what comes with each write key, and writes the totals every few seconds: for orientation. A process that is
// killed takes the counts of those seconds with it; no request ever waits for them.
import type { IngestLogger } from '../../ingest/ingest-logger.ts';
import type { Clock } from '../../model/clock.ts';
import type { Store } from '../../model/store.ts';
import { dayOf, microsToMillis, UTC } from '../../model/time.ts';
import { type KeyCount, recordKeyCounts } from '../../store/keys/record-key-counts.ts';
import { repeatEvery } from '../repeat-every.ts';

export interface CountKeyUseOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Pick<IngestLogger, 'warn'>;
  /** Of this process, and of no other ever. */
  readonly writer: string;
  readonly everyMs?: number;
}

interface KeyUse {
  /** Undefined when the key of the request is not known: then nothing is counted. */
  readonly keyName: string | undefined;
  readonly accepted: number;
  readonly rejected: number;
}

export interface KeyUseCounter {
  /** Of one answered request. Never throws, never waits. */
  count(use: KeyUse): void;
  /** Writes what was counted last. Never rejects. */
  stop(): Promise<void>;
}

const EVERY_MS = 3000;

export function countKeyUse(options: CountKeyUseOptions): KeyUseCounter {
  const { clock, everyMs = EVERY_MS } = options;
  const totals = new Totals();
  const flush = (): Promise<void> => writeTotals(options, totals);
  const repetition = repeatEvery(everyMs, flush);
  return {
    count: (use) => totals.add(use, microsToMillis(clock.now())),
    stop: async () => {
      await repetition.stop();
      await flush();
    },
  };
}

async function writeTotals({ store, writer, logger }: CountKeyUseOptions, totals: Totals): Promise<void> {
  const counts = totals.changed();
  if (counts.length === 0) return;
  try {
    await recordKeyCounts(store, { writer, counts });
    totals.written(counts);
  } catch (error) {
    // They are totals: the next time writes them with what came since.
    logger.warn({ err: error }, 'the uses of write keys could not be written; the next time tries again');
  }
}

/** Of this process, a key and a day each. */
class Totals {
  readonly #totals = new Map<string, KeyCount>();
  readonly #written = new Map<string, number>();

  add({ keyName, accepted, rejected }: KeyUse, at: KeyCount['lastAt']): void {
    if (keyName === undefined) return;
    const day = dayOf(at, UTC);
    const known = this.#totals.get(placeOf({ name: keyName, day }));
    this.#totals.set(placeOf({ name: keyName, day }), {
      name: keyName,
      day,
      requests: (known?.requests ?? 0) + 1,
      accepted: (known?.accepted ?? 0) + accepted,
      rejected: (known?.rejected ?? 0) + rejected,
      lastAt: at,
    });
  }

  /** Since they were last written. */
  changed(): readonly KeyCount[] {
    return [...this.#totals.values()].filter(
      ({ requests, ...of }) => requests !== this.#written.get(placeOf(of)),
    );
  }

  written(counts: readonly KeyCount[]): void {
    for (const count of counts) this.#written.set(placeOf(count), count.requests);
  }
}

const placeOf = ({ name, day }: Pick<KeyCount, 'name' | 'day'>): string => `${day} ${name}`;
