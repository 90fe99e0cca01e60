// Which events a project has seen, for the check of its rules.
import { readEventCounts } from '../store/read/read-event-counts.ts';
import { askReachableStore, type ReachableStoreOptions } from './ask-reachable-store.ts';

/** Names and counts, the most frequent first; undefined when there is no database, no event yet, or no answer. */
export async function readSeenEvents(
  options: ReachableStoreOptions,
): Promise<ReadonlyMap<string, number> | undefined> {
  const counts = await askReachableStore(options, readEventCounts);
  return counts !== undefined && counts.size > 0 ? counts : undefined;
}
