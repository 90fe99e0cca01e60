// Dead letters for the command line: how many there are by reason, which, and each as a whole.
import type { Store } from '../../model/store.ts';
import type { WholeDeadLetter } from '../../store/dead-letters/read-dead-letters.ts';
import {
  countDeadLetters,
  type DeadLetterCount,
  type DeadLetterEntry,
  type DeadLetterFilter,
  selectDeadLetters,
} from '../../store/dead-letters/select-dead-letters.ts';
import { type Choice, chooseDeadLetters } from './choose-dead-letters.ts';
import { loadDeadLetters } from './load-dead-letters.ts';

export type { Choice, DeadLetterEntry, DeadLetterFilter, WholeDeadLetter };

export interface FoundDeadLetters {
  /** Of all that the filter finds. */
  readonly counts: readonly DeadLetterCount[];
  /** The newest of them. */
  readonly letters: readonly DeadLetterEntry[];
}

/** `limit` 0 is all. */
export async function findDeadLetters(
  store: Store,
  filter: DeadLetterFilter,
  limit: number,
): Promise<FoundDeadLetters> {
  const [counts, letters] = await Promise.all([
    countDeadLetters(store, filter),
    selectDeadLetters(store, filter, limit),
  ]);
  return { counts, letters };
}

/** Whole, the newest first, as many at a time as memory bears. `limit` 0 is all. */
export async function* exportDeadLetters(
  store: Store,
  filter: DeadLetterFilter,
  limit: number,
): AsyncGenerator<WholeDeadLetter> {
  for await (const letters of loadDeadLetters(store, await selectDeadLetters(store, filter, limit)))
    yield* letters;
}

/** Undefined when there is none at this place. */
export async function findDeadLetter(store: Store, place: string): Promise<WholeDeadLetter | undefined> {
  const chosen = await chooseDeadLetters(store, { places: [place] });
  if (!chosen.ok) return undefined;
  for await (const [letter] of loadDeadLetters(store, chosen.places)) return letter;
  return undefined;
}
