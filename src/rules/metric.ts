// A metric: one number per account at T, or null; and a subject, what metrics and conditions are made from.
// The two refer to each other. Each kind of metric stands in a file of its own under metrics/.
import type { JsonObject } from '../model/json.ts';
import type { ConditionOf } from './condition-of.ts';
import type { EventSet, Filter, SeriesDefinition } from './series.ts';
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
  /** Of the account's champion as of the last close. */
  | { readonly kind: 'champion'; readonly field: ChampionField }
  /** `open` or `closed` as of the previous close. */
  | { readonly kind: 'signal'; readonly rule: string };

/** Tested in conditions: the first two. Said in sentences: all. */
export type ChampionField = 'idle_days' | 'changed' | 'name' | 'email' | 'role' | 'user_id';

export interface Metric {
  /** The key that names what is measured, such as `count`. */
  readonly kind: string;
  /** Canonical and complete: two metrics with equal definitions are the same metric. */
  readonly definition: JsonObject;
  readonly series: readonly MetricSeries[];
  /** What it is computed from, in the order that `emit` asks for. */
  readonly operands: readonly Subject[];
  /** Conditions that it asks at earlier days. */
  readonly conditions?: readonly ConditionOf<Subject>[];
  /** What a statement of its own computes before the one statement. */
  readonly prepare?: Preparation;
  /** Undefined where the kind has none. */
  readonly window: Window | undefined;
  /**
   * How many days before its last day it reads of its series, beside or beyond its window; undefined without a window
   * means all of them.
   */
  readonly reachDays?: number;
  /** How many days before its own last day it asks its operands for; 0 for most kinds. */
  readonly looksBackDays: number;
  /** True when it is null for some accounts. */
  readonly nullable: boolean;
  /** What one of it is; undefined where that depends on what is measured. A `share` is a part of a whole: 0 to 1. */
  readonly unit?: 'events' | 'users' | 'days' | 'share';
  /** Undefined where nobody can say. */
  readonly most?: Most;
  /** Of a metric that compares users of its window with those of the window before it. */
  readonly counted?: CountedUsers;
  /** True when events can only raise it while the day of T stays the same. */
  readonly rising: boolean;
  /** SQL of its value, Nullable(Float64). */
  emit(context: EmitContext): string;
}

export interface Most {
  /** None of its values is larger. */
  readonly value: number;
  /** What gives it larger ones, to follow "lower the number, or"; undefined where nothing does. */
  readonly instead?: string;
}

/** Users of one of two windows who are users of the other too, or who are not. */
export interface CountedUsers {
  readonly of: 'now' | 'before';
  readonly alsoInOther: boolean;
}

/** A series as one metric reads it. */
export interface MetricSeries {
  readonly definition: SeriesDefinition;
  /** Tests of `user.TRAIT`, as it is at the last day; empty for everyone's events. */
  readonly users: Filter;
}

export type Preparation =
  | {
      readonly kind: 'sequence';
      readonly steps: readonly EventSet[];
      /** Days of 24 hours, from a chain's first event to its last. */
      readonly withinDays: number;
      readonly per: 'user' | 'account';
      readonly as: 'steps' | 'users';
    }
  /** Of its only operand. */
  | { readonly kind: 'rank'; readonly among: readonly string[]; readonly minPeers: number };

/** Days between two day numbers in SQL, both included. */
export interface DayRange {
  readonly kind: 'range';
  readonly first: string;
  readonly last: string;
}

/**
 * An aggregate over the days of one of a metric's series, such as `sum` of `n`. `of` is SQL over the columns of
 * series_days and over `day_number` (Int32); undefined with `count` counts the days themselves.
 */
export interface Reduction {
  /** A ClickHouse aggregate function that takes the -If combinator. */
  readonly aggregate: string;
  /** Its parameters, such as `(0.5)`. */
  readonly parameters?: string;
  readonly of: string | undefined;
  readonly window: Window | DayRange;
  /** Which of the metric's series; the first when left out. */
  readonly series?: number;
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
  /** The first day of a window that ends at this anchor; the account's first day for `ever`. */
  windowStart(window: Window): string;
  /** The last day of it: the anchor, or earlier for `first`. */
  windowEnd(window: Window): string;
  /** The column that holds the aggregate over the days with events that lie in the window up to the anchor. */
  reduce(reduction: Reduction): string;
  /** The operand's value at this anchor, Nullable(Float64). */
  operand(index: number): string;
  /** The operand's value as it was with another last day. */
  operandAt(index: number, anchor: Anchor): string;
  /** Int8, 1 for true, 0 for unknown, -1 for false: a condition as it was with another last day. */
  conditionAt(index: number, anchor: Anchor): string;
  /** Nullable day number of a date trait at this anchor. */
  traitDay(trait: string): string;
  /** The column of the metric's `prepare`, Nullable(Float64). */
  prepared(): string;
}

/**
 * `T`: the day of T. Otherwise `daysBack` days before the last closed day, or before the end of the week or month that
 * ended `back` units before the last closed one.
 */
export type Anchor =
  | { readonly kind: 'T' }
  | {
      readonly kind: 'closed';
      readonly daysBack: number;
      /** `from` days before the last closed day the units are told; from that day itself when left out. */
      readonly end?: { readonly unit: 'week' | 'month'; readonly back: number; readonly from?: number };
    };

/** Reads one key of a metric's map; made by the readers in read/fields.ts. */
export interface Field<T, Node, Context> {
  readonly required: boolean;
  /** JSON Schema, draft-07. */
  readonly schema: JsonObject;
  /** Undefined after a problem was reported, or when the key is absent and not required. */
  read(node: Node, context: Context): T | undefined;
}
