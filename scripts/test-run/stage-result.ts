// What one stage of `make test` came to.

export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** What failed, one line each, in the order in which it ran. */
  readonly failures: readonly string[];
}

export interface StageResult extends Tally {
  readonly name: string;
  readonly seconds: number;
}
