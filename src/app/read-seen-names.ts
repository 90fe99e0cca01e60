// Which events and traits a project has seen, for the check of its rules and their schema.
import { readEventCounts } from '../store/read/read-event-counts.ts';
import { readTraitNames, type TraitNames } from '../store/read/read-trait-names.ts';
import { askReachableStore, type ReachableStoreOptions } from './ask-reachable-store.ts';

export interface SeenNames {
  /** Names and counts, the most frequent first; undefined when there is no database, no event yet, or no answer. */
  readonly seenEvents: ReadonlyMap<string, number> | undefined;
  /** Undefined when there is no database, or no answer. */
  readonly seenTraits: TraitNames | undefined;
}

/** Both at once, each for two seconds at most: what one of them cannot tell, the other may. */
export async function readSeenNames(options: ReachableStoreOptions): Promise<SeenNames> {
  const seen = await askReachableStore(options, async (store) => {
    const [events, traits] = await Promise.allSettled([readEventCounts(store), readTraitNames(store)]);
    return { events: answerOf(events), traits: answerOf(traits) };
  });
  return {
    seenEvents: seen?.events?.size === 0 ? undefined : seen?.events,
    seenTraits: seen?.traits,
  };
}

const answerOf = <T>(settled: PromiseSettledResult<T>): T | undefined =>
  settled.status === 'fulfilled' ? settled.value : undefined;
