// "did you mean": the nearest known name, when it is near enough to be a slip of the finger.
import { distance } from 'fastest-levenshtein';

/** Comparing with thousands of names would make a long list of mistakes slow. */
const MOST_CANDIDATES = 500;

export function suggestName(name: string, candidates: Iterable<string>): string | undefined {
  const nearest = nearestName(name, candidates);
  return nearest === undefined ? undefined : `did you mean "${nearest}"?`;
}

export function nearestName(name: string, candidates: Iterable<string>): string | undefined {
  if (name.length > 64) return undefined;
  let best: string | undefined;
  let least = Math.max(1, Math.floor(name.length / 3)) + 1;
  let left = MOST_CANDIDATES;
  for (const candidate of candidates) {
    if (left === 0) break;
    left -= 1;
    const apart = distance(name.toLowerCase(), candidate.toLowerCase());
    if (apart < least) {
      least = apart;
      best = candidate;
    }
  }
  return best;
}
