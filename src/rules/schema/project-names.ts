// The project's own names, which the schema of rule files offers where such a name is meant.

export interface ProjectNames {
  /** Each with its definition as written, on one line; likewise segments, scores, grades and rules. */
  readonly metrics: ReadonlyMap<string, string>;
  readonly segments: ReadonlyMap<string, string>;
  readonly scores: ReadonlyMap<string, string>;
  readonly grades: ReadonlyMap<string, string>;
  readonly rules: ReadonlyMap<string, string>;
  /** The bands of each score that has some. */
  readonly bands: ReadonlyMap<string, readonly string[]>;
  readonly sinks: readonly string[];
  /** How often each was received, the most frequent first; undefined for one that only the rules name. */
  readonly events: ReadonlyMap<string, number | undefined>;
  readonly accountTraits: readonly string[];
  readonly userTraits: readonly string[];
}
