// Loads dead letters whole, a bounded part of them at a time: there may be many, and each may be large.
import type { Store } from '../../model/store.ts';
import { readDeadLetters, type WholeDeadLetter } from '../../store/dead-letters/read-dead-letters.ts';

export interface KnownPlace {
  readonly place: string;
  readonly bytes: number;
}

const PLACES_AT_ONCE = 500;
const BYTES_AT_ONCE = 8 * 1024 * 1024;

/** In the order of `places`; those that are gone meanwhile are left out. Rejects with a StoreError. */
export async function* loadDeadLetters(
  store: Store,
  places: readonly KnownPlace[],
): AsyncGenerator<readonly WholeDeadLetter[]> {
  for (const part of cut(places)) {
    const letters = new Map((await readDeadLetters(store, part)).map((letter) => [letter.place, letter]));
    yield part.flatMap((place) => letters.get(place) ?? []);
  }
}

function* cut(places: readonly KnownPlace[]): Generator<readonly string[]> {
  let part: string[] = [];
  let sum = 0;
  for (const { place, bytes } of places) {
    if (part.length > 0 && (part.length >= PLACES_AT_ONCE || sum + bytes > BYTES_AT_ONCE)) {
      yield part;
      part = [];
      sum = 0;
    }
    part.push(place);
    sum += bytes;
  }
  if (part.length > 0) yield part;
}
