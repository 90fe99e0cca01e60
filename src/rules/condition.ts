// A condition: true, false or unknown for an account at T.
import type { ConditionOf, LeafOf } from './condition-of.ts';
import type { Subject } from './metric.ts';

export type ConditionLeaf = LeafOf<Subject>;
export type Condition = ConditionOf<Subject>;
