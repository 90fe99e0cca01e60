// Whether evidence computed anew says what was stored.
import type { Evidence } from '../model/signal.ts';

export interface EvidenceDifference {
  /** A leaf's subject and test, or a score. */
  readonly what: string;
  readonly stored: string;
  readonly found: string;
}

export function compareEvidence(stored: Evidence, found: Evidence): readonly EvidenceDifference[] {
  return [...compareLeaves(stored, found), ...compareScores(stored, found)];
}

function compareLeaves(stored: Evidence, found: Evidence): readonly EvidenceDifference[] {
  return stored.leaves.flatMap((leaf) => {
    const other = found.leaves.find(({ subject, test }) => subject === leaf.subject && test === leaf.test);
    if (other !== undefined && other.outcome === leaf.outcome && equalValues(other.value, leaf.value))
      return [];
    const [a, b] = [leaf, other].map((one) =>
      one === undefined ? 'not there' : `${one.value ?? '–'} (${one.outcome})`,
    );
    return [{ what: `${leaf.subject} ${leaf.test}`, stored: a ?? '', found: b ?? '' }];
  });
}

/** Also their parts: they are what a person is shown. */
function compareScores(stored: Evidence, found: Evidence): readonly EvidenceDifference[] {
  return Object.entries(stored.scores).flatMap(([name, score]) => {
    const other = found.scores[name];
    const same =
      other !== undefined &&
      equalValues(score.value, other.value) &&
      score.parts.length === other.parts.length &&
      score.parts.every((part, index) => equalValues(part.points, other.parts[index]?.points ?? null));
    return same
      ? []
      : [{ what: `score.${name}`, stored: String(score.value ?? '–'), found: String(other?.value ?? '–') }];
  });
}

/** Sums are exact; what was divided may differ in its last digit from one order of rows to another. */
function equalValues(a: number | string | null, b: number | string | null): boolean {
  if (typeof a !== 'number' || typeof b !== 'number') return a === b;
  return Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b));
}
