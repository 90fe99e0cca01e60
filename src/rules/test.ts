// One test of one value: `{gte: 2000}`, `{in: [free, trial]}`, or a bare value.
import type { Literal } from './literal.ts';

export type Comparison = 'gt' | 'gte' | 'lt' | 'lte';
export type TextTest = 'contains' | 'starts_with' | 'ends_with';

export type Test =
  | { readonly op: 'equals'; readonly value: Literal }
  | { readonly op: Comparison; readonly value: Literal }
  | { readonly op: 'in'; readonly values: readonly Literal[] }
  | { readonly op: 'between'; readonly low: Literal; readonly high: Literal }
  | { readonly op: TextTest; readonly value: string }
  | { readonly op: 'exists'; readonly value: boolean }
  /** None of the tests holds together: `not: {in: […]}` has one, `not: {gte: 1, lt: 5}` has two. */
  | { readonly op: 'not'; readonly tests: readonly Test[] };
