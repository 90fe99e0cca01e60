// What the reader of an expectation needs to know of its test.
import type { Reading } from '../read/reading.ts';
import type { Ruleset } from '../ruleset.ts';

export interface ExpectationPlace {
  readonly reading: Reading;
  readonly ruleset: Ruleset;
  /** An expectation may leave out the only one. Undefined where they could not be read. */
  readonly accounts: readonly string[] | undefined;
}
