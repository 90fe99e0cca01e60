// The shape of a condition over subjects of any kind, so that a metric may hold conditions over subjects that may be
// metrics. See condition.ts.
import type { Test } from './test.ts';

export interface LeafOf<S> {
  readonly kind: 'leaf';
  readonly subject: S;
  readonly test: Test;
  /** As written, for evidence: subject `messages_ever`, test `gte 2000`. */
  readonly text: { readonly subject: string; readonly test: string };
}

export type ConditionOf<S> =
  | { readonly kind: 'constant'; readonly value: boolean }
  | { readonly kind: 'all' | 'any' | 'none'; readonly of: readonly ConditionOf<S>[] }
  | { readonly kind: 'at_least'; readonly n: number; readonly of: readonly ConditionOf<S>[] }
  | { readonly kind: 'segment'; readonly name: string }
  | LeafOf<S>;
