// Which events and traits a project has seen, for the check of its rules.
import { readEventCounts } from '../store/read/read-event-counts.ts';
import { readTraitNames, type TraitNames } from '../store/read/read-trait-names.ts';
import { askReachableStore, type ReachableStoreOptions } from './ask-reachable-store.ts';

export interface SeenNames {
  /** Names and counts, the most frequent first; undefined when there is no database, no event yet, or no answer. */
  readonly seenEvents: ReadonlyMap<string, number> | undefined;
  /** Undefined when there is no database, or no answer. */
  readonly seenTraits: TraitNames | undefined;
}

export async function readSeenNames(options: ReachableStoreOptions): Promise<SeenNames> {
  const seen = await askReachableStore(options, async (store) => ({
    events: await readEventCounts(store),
    traits: await readTraitNames(store),
  }));
  return {
    seenEvents: seen !== undefined && seen.events.size > 0 ? seen.events : undefined,
    seenTraits: seen?.traits,
  };
}
