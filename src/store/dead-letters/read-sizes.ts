// Of dead letters that are named, those that are there, and how large they are.
import type { Store } from '../../model/store.ts';
import { DEAD_LETTER_PLACE } from './select-dead-letters.ts';

/** What fits into the address of a request beside a statement. */
const PLACES_AT_ONCE = 500;

/** Bytes by place. Rejects with a StoreError. */
export async function readSizes(
  store: Store,
  places: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const sizes = new Map<string, number>();
  for (let start = 0; start < places.length; start += PLACES_AT_ONCE) {
    const rows = await store.query<{ place: string; bytes: string }>({
      sql: `SELECT ${DEAD_LETTER_PLACE} AS place, max(length(body)) AS bytes
FROM dead_letters
WHERE place IN {places:Array(String)}
GROUP BY place`,
      params: { places: places.slice(start, start + PLACES_AT_ONCE) },
      columns: ['place', 'bytes'],
    });
    for (const { place, bytes } of rows) sizes.set(place, Number(bytes));
  }
  return sizes;
}
