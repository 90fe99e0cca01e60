// Replays dead letters: choose ▶ load ▶ read again, corrected or as they came ▶ store ▶ mark. Whatever is broken off
// and run again ends with the same events, since ids and times are those of the original receipt.
import { decodeDeadLetter } from '../../ingest/decode-dead-letter.ts';
import type { Clock } from '../../model/clock.ts';
import type { Store } from '../../model/store.ts';
import type { WholeDeadLetter } from '../../store/dead-letters/read-dead-letters.ts';
import { recordReplays } from '../../store/dead-letters/record-replays.ts';
import { type Choice, chooseDeadLetters } from './choose-dead-letters.ts';
import { correctLetter } from './correct-letter.ts';
import { loadDeadLetters } from './load-dead-letters.ts';
import type { Fixes } from './read-fixes.ts';
import type { ReplayedLetter, StoreEvents } from './store-events.ts';

export interface ReplayOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly choice: Choice;
  /** Instead of what came, where there is one. */
  readonly fixes: Fixes;
  /** Undefined: only says what would become of them. */
  readonly storeEvents: StoreEvents | undefined;
}

interface StillRefused {
  readonly place: string;
  readonly reason: string;
  readonly detail: string;
}

export type Replayed =
  | {
      readonly ok: true;
      readonly chosen: number;
      readonly replayed: number;
      readonly events: number;
      /** They stay dead letters, as they are. */
      readonly refused: readonly StillRefused[];
    }
  | { readonly ok: false; readonly message: string };

/** Rejects with the store's or the log's error: what was marked until then is done, the rest is to be replayed again. */
export async function replayDeadLetters(options: ReplayOptions): Promise<Replayed> {
  const { store, choice, fixes } = options;
  const chosen = await chooseDeadLetters(store, choice);
  if (!chosen.ok) return { ok: false, message: sayMissing(chosen.missing) };
  const { places } = chosen;
  const known = new Set(places.map(({ place }) => place));
  const unused = [...fixes.keys()].filter((place) => !known.has(place));
  if (unused.length > 0) return { ok: false, message: sayUnused(unused) };
  const refused: StillRefused[] = [];
  const done = { replayed: 0, events: 0 };
  for await (const letters of loadDeadLetters(store, places)) {
    const part = await replayPart(letters, options);
    refused.push(...part.refused);
    done.replayed += part.stored.length;
    done.events += part.stored.reduce((sum, { events }) => sum + events.length, 0);
  }
  return { ok: true, chosen: places.length, ...done, refused };
}

async function replayPart(
  letters: readonly WholeDeadLetter[],
  { store, clock, fixes, storeEvents }: ReplayOptions,
): Promise<{ readonly stored: readonly ReplayedLetter[]; readonly refused: readonly StillRefused[] }> {
  const refused: StillRefused[] = [];
  const readable = letters.flatMap((letter): readonly ReplayedLetter[] => {
    const decoded = decodeDeadLetter(correctLetter(letter, fixes.get(letter.place)));
    if (decoded.ok) return [{ ...letter, events: decoded.events }];
    refused.push({ place: letter.place, ...decoded.rejection });
    return [];
  });
  if (storeEvents === undefined || readable.length === 0) return { stored: readable, refused };
  const tooLarge = await storeEvents(readable);
  for (const [place, detail] of tooLarge) refused.push({ place, reason: 'too_large', detail });
  const stored = readable.filter(({ place }) => !tooLarge.has(place));
  // Only once they are durable. A crash between the two: replayed again, into the same events.
  const replays = stored.map(({ place, events }) => ({ place, eventIds: events.map(({ id }) => id) }));
  await recordReplays(store, replays, clock.now());
  return { stored, refused };
}

const SHOWN = 5;

const listed = (places: readonly string[]): string =>
  `${places.slice(0, SHOWN).join(', ')}${places.length > SHOWN ? `, and ${places.length - SHOWN} more` : ''}`;

const sayMissing = (places: readonly string[]): string =>
  `there is no dead letter ${listed(places)}; "tidemark dead-letters list" shows their places. Nothing was replayed`;

const sayUnused = (places: readonly string[]): string =>
  `the file corrects dead letters that were not chosen: ${listed(places)}. Nothing was replayed; name them, or leave out the choice to replay what the file has`;
