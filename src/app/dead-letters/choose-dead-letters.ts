// Which dead letters a command is about: those that are named, or those that a filter finds.
import type { Store } from '../../model/store.ts';
import { readSizes } from '../../store/dead-letters/read-sizes.ts';
import { type DeadLetterFilter, selectDeadLetters } from '../../store/dead-letters/select-dead-letters.ts';
import type { KnownPlace } from './load-dead-letters.ts';

export type Choice = { readonly places: readonly string[] } | { readonly filter: DeadLetterFilter };

export type Chosen =
  | { readonly ok: true; readonly places: readonly KnownPlace[] }
  | { readonly ok: false; readonly missing: readonly string[] };

/** Refused when one that is named is not there. A place that is named twice is one. */
export async function chooseDeadLetters(store: Store, choice: Choice): Promise<Chosen> {
  // The oldest first, as they would have come.
  if ('filter' in choice) {
    return { ok: true, places: [...(await selectDeadLetters(store, choice.filter))].reverse() };
  }
  const names = [...new Set(choice.places)];
  const sizes = await readSizes(store, names);
  const missing = names.filter((name) => !sizes.has(name));
  if (missing.length > 0) return { ok: false, missing };
  return { ok: true, places: names.map((place) => ({ place, bytes: sizes.get(place) ?? 0 })) };
}
