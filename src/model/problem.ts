// A mistake in what a person wrote: rules, tests of rules, configuration. All are reported at once, in file order.

export interface SourcePosition {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 code units. */
  readonly column: number;
  /** Length of the marked text in UTF-16 code units; at least 1. */
  readonly length: number;
}

export interface Problem {
  /** Stable, documented in docs/errors.md: a letter and three digits. */
  readonly code: string;
  readonly severity: 'error' | 'warning';
  /** What is wrong, in one line, names in double quotes. */
  readonly message: string;
  /** What to do about it, printed under the mark. */
  readonly hint: string | undefined;
  readonly position: SourcePosition;
}
