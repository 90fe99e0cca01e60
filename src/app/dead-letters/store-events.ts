// Where replayed events go: through the log where there is one of its own, so that whoever ingests stores them; else
// straight into the tables, as an import's.
import { Buffer } from 'node:buffer';
import { encodeEvent } from '../../ingest/encode-event.ts';
import { ingestBatch } from '../../ingest/ingest-batch.ts';
import type { Clock } from '../../model/clock.ts';
import type { CanonicalEvent } from '../../model/event.ts';
import { type EventLog, LogError, type LoggedMessage } from '../../model/event-log.ts';
import type { Store } from '../../model/store.ts';
import { newBatchId } from '../ingest.ts';

/** The events of one dead letter, and where it stood. */
export interface ReplayedLetter {
  readonly place: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly events: readonly CanonicalEvent[];
}

/**
 * Resolves once all are durable: with what the log does not take, by place, and why. Of such a letter other events may
 * be durable, and are the same when it is replayed again.
 */
export type StoreEvents = (letters: readonly ReplayedLetter[]) => Promise<ReadonlyMap<string, string>>;

const NOTHING_REFUSED: ReadonlyMap<string, string> = new Map();

/** They are known from now on, and not as history: that they could not be read was so. */
export function storeIntoTables({
  store,
  clock,
}: {
  readonly store: Store;
  readonly clock: Clock;
}): StoreEvents {
  const log = { publishDeadLetters: async () => undefined };
  return async (letters) => {
    for (const [topic, partitions] of groupBy(letters, ({ topic }) => topic)) {
      for (const [partition, group] of groupBy(partitions, ({ partition }) => partition)) {
        const messages = group.flatMap(messagesOf).sort((a, b) => a.offset - b.offset);
        const options = {
          source: 'topic',
          history: false,
          limits: { maxBytes: Number.MAX_SAFE_INTEGER },
        } as const;
        await ingestBatch({ store, log, clock, newBatchId }, { topic, partition, messages }, options);
      }
    }
    return NOTHING_REFUSED;
  };
}

const messagesOf = ({ offset, events }: ReplayedLetter): LoggedMessage[] =>
  events.map((event) => ({ offset, key: Buffer.from(event.id), value: encodeEvent(event) }));

export function storeThroughLog(log: Pick<EventLog, 'publish'>): StoreEvents {
  const publish = (letters: readonly ReplayedLetter[]): Promise<void> =>
    log.publish(
      letters.flatMap(({ events }) => events.map((event) => ({ key: event.id, value: encodeEvent(event) }))),
    );
  return async (letters) => {
    try {
      await publish(letters);
      return NOTHING_REFUSED;
    } catch (error) {
      if (!isRefusal(error)) throw error;
    }
    // One that is too large for the log must not keep the others out.
    const refused = new Map<string, string>();
    for (const letter of letters) {
      await publish([letter]).catch((error: unknown) => {
        if (!isRefusal(error)) throw error;
        refused.set(letter.place, error.message);
      });
    }
    return refused;
  };
}

const isRefusal = (error: unknown): error is LogError => error instanceof LogError && !error.retryable;

function groupBy<Item, Key>(
  items: readonly Item[],
  keyOf: (item: Item) => Key,
): ReadonlyMap<Key, readonly Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
