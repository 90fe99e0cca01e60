// A score: weighted parts that add up to it exactly, caps that hold it down, and bands that name its ranges.
import type { Condition } from './condition.ts';
import type { Subject } from './metric.ts';

export type PartScoring =
  /** Linear between the ends and clamped; `from` above `to` turns it round. */
  | { readonly kind: 'linear'; readonly subject: Subject; readonly from: number; readonly to: number }
  /** Points by inclusive lower bound, rising bounds; below the lowest 0. */
  | { readonly kind: 'steps'; readonly subject: Subject; readonly steps: readonly Step[] }
  /** The first that holds, most points first; none: 0. One that is unknown before it leaves the part missing. */
  | { readonly kind: 'points'; readonly points: readonly PointsWhen[] }
  | { readonly kind: 'when'; readonly when: Condition };

export interface Step {
  readonly at: number;
  readonly points: number;
}

export interface PointsWhen {
  readonly points: number;
  readonly when: Condition;
}

export interface ScorePart {
  readonly name: string;
  readonly weight: number;
  readonly scoring: PartScoring;
  /** The subject as written, for evidence; undefined for `when` and `points`. */
  readonly text: string | undefined;
}

/** While `when` is true, the score is at most `at`. */
export interface Cap {
  readonly at: number;
  readonly when: Condition;
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
  /** The lowest first. */
  readonly caps: readonly Cap[];
  /** Rising; the first starts at 0. */
  readonly bands: readonly Band[];
}

/** The name of the part that says what caps took away; no other part of a capped score has it. */
export const CAP_PART = 'cap';

interface ToldPart {
  readonly name: string;
  readonly weight: number;
  /** What it measures; undefined where that is a condition. */
  readonly subject: Subject | undefined;
}

/** The parts that add up to the score: as written, and last, where there are caps, what they take away. */
export function toldParts({ parts, caps }: Score): readonly ToldPart[] {
  const written = parts.map(({ name, weight, scoring }) => ({
    name,
    weight,
    subject: 'subject' in scoring ? scoring.subject : undefined,
  }));
  return caps.length === 0 ? written : [...written, { name: CAP_PART, weight: 0, subject: undefined }];
}

/** Every condition that a score is made of. */
export function conditionsOf({ who, parts, caps }: Score): readonly Condition[] {
  const ofParts = parts.flatMap(({ scoring }) => {
    if (scoring.kind === 'when') return [scoring.when];
    return scoring.kind === 'points' ? scoring.points.map(({ when }) => when) : [];
  });
  return [...(who === undefined ? [] : [who]), ...ofParts, ...caps.map(({ when }) => when)];
}

/** Every subject that a score's parts measure. */
export const subjectsOf = ({ parts }: Score): readonly Subject[] =>
  parts.flatMap(({ scoring }) => ('subject' in scoring ? [scoring.subject] : []));
