// A metric: one number per account at T, or null; and a subject, what metrics and conditions are made from.
// The two refer to each other. Each kind of metric stands in a file of its own under metrics/.
import type { JsonObject } from '../model/json.ts';
import type { SeriesDefinition } from './series.ts';
import type { Window } from './window.ts';

/** What a condition tests and what a metric is computed from. */
export type Subject =
  | { readonly kind: 'metric'; readonly name: string }
  | { readonly kind: 'inline'; readonly metric: Metric }
  | { readonly kind: 'trait'; readonly trait: string }
  /** Days from the trait `created_at`, else from the account's first event. */
  | { readonly kind: 'age_days' }
  | { readonly kind: 'score'; readonly name: string }
  | { readonly kind: 'band'; readonly name: string }
  | { readonly kind: 'grade'; readonly name: string }
  /** `open` or `closed` as of the previous close. */
  | { readonly kind: 'signal'; readonly rule: string };

export interface Metric {
  /** The key that names what is measured, such as `count`. */
  readonly kind: string;
  /** Canonical and complete: two metrics with equal definitions are the same metric. */
  readonly definition: JsonObject;
  readonly series: SeriesDefinition | undefined;
  /** What it is computed from, in the order that `emit` asks for. */
  readonly operands: readonly Subject[];
  /** Undefined where the kind has none. */
  readonly window: Window | undefined;
  /** How many days before its own last day it asks its operands for; 0 for most kinds. */
  readonly looksBackDays: number;
  /** True when it is null for some accounts. */
  readonly nullable: boolean;
  /** True when events can only raise it while the day of T stays the same. */
  readonly rising: boolean;
  /** SQL of its value, Nullable(Float64). */
  emit(context: EmitContext): string;
}

/**
 * An aggregate over the stored days of a metric's series, such as `sum` of `n`. `of` is SQL over the columns of
 * series_days and over `day_number` (Int32); undefined counts the days themselves.
 */
export interface Reduction {
  /** A ClickHouse aggregate function that takes the -If combinator. */
  readonly aggregate: string;
  readonly of: string | undefined;
  readonly window: Window;
}

/** What a metric kind may say in SQL; days are Int32 day numbers since 1970-01-01. */
export interface EmitContext {
  /** The last day that counts. */
  readonly anchor: string;
  /** The last closed day: at T, T's own day at a close and the day before in a tick; earlier for an earlier anchor. */
  readonly lastClosed: string;
  /** The account's first day: of its first event or group call. */
  readonly firstDay: string;
  /** Days that the operand looks at, back from its last day; 1 where it looks at everything, or at traits only. */
  reachDays(index: number): number;
  /** The column that holds the aggregate over the days with events that lie in the window up to the anchor. */
  reduce(reduction: Reduction): string;
  /** The operand's value at this anchor, Nullable(Float64). */
  operand(index: number): string;
  /** The operand's value as it was with another last day. */
  operandAt(index: number, anchor: Anchor): string;
}

/** `T`: the day of T. Otherwise `daysBack` days before the last closed day. */
export type Anchor = { readonly kind: 'T' } | { readonly kind: 'closed'; readonly daysBack: number };

/** Reads one key of a metric's map; made by the readers in read/fields.ts. */
export interface Field<T, Node, Context> {
  readonly required: boolean;
  /** JSON Schema, draft-07. */
  readonly schema: JsonObject;
  /** Undefined after a problem was reported, or when the key is absent and not required. */
  read(node: Node, context: Context): T | undefined;
}
