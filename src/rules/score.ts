// A score: weighted parts that add up to it exactly, and bands that name its ranges.
import type { Condition } from './condition.ts';
import type { Subject } from './metric.ts';

export type PartScoring =
  /** Linear between the ends and clamped; `from` above `to` turns it round. */
  | { readonly kind: 'linear'; readonly subject: Subject; readonly from: number; readonly to: number }
  /** Points by inclusive lower bound, rising bounds; below the lowest 0. */
  | { readonly kind: 'steps'; readonly subject: Subject; readonly steps: readonly Step[] }
  | { readonly kind: 'when'; readonly when: Condition };

export interface Step {
  readonly at: number;
  readonly points: number;
}

export interface ScorePart {
  readonly name: string;
  readonly weight: number;
  readonly scoring: PartScoring;
  /** The subject as written, for evidence; undefined for `when`. */
  readonly text: string | undefined;
}

export interface Band {
  readonly name: string;
  /** Inclusive lower bound. */
  readonly from: number;
}

export interface Score {
  readonly name: string;
  readonly outOf: number;
  /** Others have no score. */
  readonly who: Condition | undefined;
  readonly missing: 'redistribute' | 'zero';
  /** Below this coverage (0 to 1) the score is missing. */
  readonly minCoverage: number;
  readonly parts: readonly ScorePart[];
  /** Rising; the first starts at 0. */
  readonly bands: readonly Band[];
}
