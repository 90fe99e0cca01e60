// Writes down which dead letters were replayed, and which events they became.
import type { Store } from '../../model/store.ts';
import { escapeTabSeparated, microsText } from '../../model/tab-separated.ts';
import type { EpochMicros } from '../../model/time.ts';

export interface Replay {
  readonly place: string;
  readonly eventIds: readonly string[];
}

/** After the events are durable. Written again it says the same. Rejects with a StoreError. */
export async function recordReplays(
  store: Store,
  replays: readonly Replay[],
  at: EpochMicros,
): Promise<void> {
  const lines = replays.map(({ place, eventIds }) => {
    // Text inside an array is escaped once, as a field is, and its quotes as well.
    const ids = eventIds.map((id) => `'${escapeTabSeparated(id).replaceAll("'", "\\'")}'`);
    return `${escapeTabSeparated(place)}\t${microsText(at)}\t[${ids.join(',')}]\n`;
  });
  await store.insert({
    table: 'dead_letter_replays',
    columns: ['place', 'replayed_at', 'event_ids'],
    rows: lines.length,
    body: Buffer.from(lines.join('')),
  });
}
