// A grade: the bands of two scores crossed, such as A1. The letter is from the first score, the number from the second.

/** `A1`: both scores in their best bands. */
export interface Grade {
  readonly name: string;
  readonly first: GradedScore;
  readonly second: GradedScore;
}

interface GradedScore {
  /** What the team calls it, such as `fit`. */
  readonly label: string;
  readonly score: string;
}

/** There are no more letters. */
export const MOST_LETTERS = 26;

/** @param fromBest 0 is the best band. */
export const gradeLetter = (fromBest: number): string => String.fromCharCode(65 + fromBest);

/** @param fromBest 0 is the best band. */
export const gradeNumber = (fromBest: number): string => String(fromBest + 1);
