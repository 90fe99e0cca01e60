// Writes how much came with each write key. A row is one process's total of a day, so that it may be written again.
import type { Store } from '../../model/store.ts';
import { tabSeparatedRow } from '../../model/tab-separated.ts';
import type { Day, EpochMillis } from '../../model/time.ts';

export interface KeyCount {
  /** Of the key. */
  readonly name: string;
  /** UTC. */
  readonly day: Day;
  readonly requests: number;
  /** Items, as are the rejected ones. */
  readonly accepted: number;
  readonly rejected: number;
  readonly lastAt: EpochMillis;
}

/** `writer` is this process's, and no other's ever. Rejects with a StoreError. */
export async function recordKeyCounts(
  store: Store,
  { writer, counts }: { readonly writer: string; readonly counts: readonly KeyCount[] },
): Promise<void> {
  const lines = counts.map(({ name, day, requests, accepted, rejected, lastAt }) => {
    const at = new Date(lastAt).toISOString().replace('T', ' ').replace('Z', '');
    return tabSeparatedRow([name, day, writer, requests, accepted, rejected, at]);
  });
  await store.insert({
    table: 'write_key_counts',
    columns: ['name', 'day', 'writer', 'requests', 'accepted', 'rejected', 'last_at'],
    rows: lines.length,
    body: Buffer.from(lines.join('')),
  });
}
