// Which kinds of corrections a project has: statements are written without what it has none of.

export interface Corrections {
  /** Some users are joined with others. */
  readonly aliases: boolean;
  /** Something that was sent was taken back. */
  readonly retractions: boolean;
}

export const NO_CORRECTIONS: Corrections = { aliases: false, retractions: false };
