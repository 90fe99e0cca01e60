// "did you mean": the nearest known name, when it is near enough to be a slip of the finger.
import { distance } from 'fastest-levenshtein';

/** Comparing with thousands of names would make a long list of mistakes slow. */
const MOST_CANDIDATES = 500;

export function suggestName(name: string, candidates: Iterable<string>): string | undefined {
  const nearest = nearestName(name, candidates);
  return nearest === undefined ? undefined : `did you mean "${nearest}"?`;
}

export const nearestName = (name: string, candidates: Iterable<string>): string | undefined =>
  nearestNames(name, candidates)[0];

/** At most three that are near enough, the nearest first, of equally near ones the first. */
export function nearestNames(name: string, candidates: Iterable<string>): readonly string[] {
  if (name.length > 64) return [];
  const most = Math.max(1, Math.floor(name.length / 3));
  const near: { readonly candidate: string; readonly apart: number }[] = [];
  let left = MOST_CANDIDATES;
  for (const candidate of candidates) {
    if (left === 0) break;
    left -= 1;
    const begins = name.length >= 4 && candidate.startsWith(`${name}_`);
    const apart = begins ? 1 : slipsApart(name.toLowerCase(), candidate.toLowerCase());
    if (apart <= most) near.push({ candidate, apart });
  }
  return near
    .sort((a, b) => a.apart - b.apart)
    .slice(0, 3)
    .map(({ candidate }) => candidate);
}

/** Letters more, less or other; two that changed places are one slip. */
export function slipsApart(a: string, b: string): number {
  const apart = distance(a, b);
  return apart === 2 && a.length === b.length && isSwap(a, b) ? 1 : apart;
}

function isSwap(a: string, b: string): boolean {
  let at = 0;
  while (a[at] === b[at]) at += 1;
  return a[at] === b[at + 1] && a[at + 1] === b[at] && a.slice(at + 2) === b.slice(at + 2);
}
