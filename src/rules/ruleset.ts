// All rule files of a folder, read and checked: what the compiler and the life of a signal work from.
import type { Condition } from './condition.ts';
import type { Grade } from './grade.ts';
import type { Metric } from './metric.ts';
import type { Rule } from './rule.ts';
import type { Score } from './score.ts';

export interface Ruleset {
  /** SHA-256 over the definitions, in hex; comments and layout do not change it. */
  readonly hash: string;
  /** In the order of files and lines, like everything below. */
  readonly metrics: ReadonlyMap<string, Metric>;
  readonly segments: ReadonlyMap<string, Condition>;
  readonly scores: ReadonlyMap<string, Score>;
  readonly grades: ReadonlyMap<string, Grade>;
  readonly rules: ReadonlyMap<string, Rule>;
}

/** File name, relative to the rules folder, to its text. */
export type RuleFiles = Readonly<Record<string, string>>;
