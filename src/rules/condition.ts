// A condition: true, false or unknown for an account at T.
import type { Subject } from './metric.ts';
import type { Test } from './test.ts';

export interface ConditionLeaf {
  readonly kind: 'leaf';
  readonly subject: Subject;
  readonly test: Test;
  /** As written, for evidence: subject `messages_ever`, test `gte 2000`. */
  readonly text: { readonly subject: string; readonly test: string };
}

export type Condition =
  | { readonly kind: 'constant'; readonly value: boolean }
  | { readonly kind: 'all' | 'any' | 'none'; readonly of: readonly Condition[] }
  | { readonly kind: 'at_least'; readonly n: number; readonly of: readonly Condition[] }
  | { readonly kind: 'segment'; readonly name: string }
  | ConditionLeaf;
