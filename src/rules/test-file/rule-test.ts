// A test of rules as written beside them: what happened to a few accounts, and what must hold at the closes of days.
import type { JsonObject } from '../../model/json.ts';
import type { SourcePosition } from '../../model/problem.ts';
import type { Outcome, Severity, SignalState } from '../../model/signal.ts';
import type { Day, EpochMillis, TimeZone } from '../../model/time.ts';
import type { Subject } from '../metric.ts';
import type { Test } from '../test.ts';

export interface RuleTest {
  readonly name: string;
  /** Of the name. */
  readonly position: SourcePosition;
  /** Its days and its instants without an offset are of this zone. */
  readonly timezone: TimeZone;
  /** By id; in the order written, those that only events name behind them. */
  readonly accounts: ReadonlyMap<string, TestAccount>;
  /** Traits by user; only those that are listed. */
  readonly users: ReadonlyMap<string, JsonObject>;
  readonly events: readonly TestEvent[];
  readonly expectations: readonly Expectation[];
}

export interface TestAccount {
  readonly traits: JsonObject;
  /** Undefined: from its `created_at` or its first event on, whichever is earlier. */
  readonly firstSeen: Day | undefined;
}

export type TestEvent =
  | {
      readonly kind: 'usage';
      /** Undefined: attributed through the user's memberships. */
      readonly account: string | undefined;
      /** Each of them does it; empty for an event without a user. */
      readonly users: readonly string[];
      readonly event: string;
      readonly properties: JsonObject;
      readonly when: Occurrence;
    }
  | {
      readonly kind: 'account_traits';
      readonly account: string;
      readonly traits: JsonObject;
      readonly at: EpochMillis;
    }
  | {
      readonly kind: 'user_traits';
      readonly user: string;
      readonly traits: JsonObject;
      readonly at: EpochMillis;
    }
  | { readonly kind: 'joins'; readonly account: string; readonly user: string; readonly at: EpochMillis };

export type Occurrence =
  | { readonly kind: 'instant'; readonly at: EpochMillis }
  | {
      readonly kind: 'days';
      readonly from: Day;
      /** Included. */
      readonly to: Day;
      /** Of each user. */
      readonly times: number;
      /** `weekday`: Monday to Friday. `week`: the day of `from` and every seventh after it. */
      readonly per: 'day' | 'weekday' | 'week';
    };

export interface Expectation {
  readonly day: Day;
  readonly account: string;
  readonly checks: readonly Check[];
}

export type Check = SignalCheck | ValueCheck | SegmentCheck;

/** What must hold of one rule's signal at the close. Only what is written is compared. */
export interface SignalCheck {
  readonly kind: 'signal';
  readonly rule: string;
  readonly position: SourcePosition;
  readonly state: SignalState | undefined;
  readonly severity: Severity | undefined;
  /** Values of the evidence, by subject as written in the rule. */
  readonly because: readonly WantedValue[];
  readonly say: Wanted | undefined;
  /** Sinks that hear of it at this very close, in the order written. */
  readonly notified: readonly string[] | undefined;
}

export interface ValueCheck extends WantedValue {
  readonly kind: 'value';
  readonly of: Subject;
}

export interface SegmentCheck {
  readonly kind: 'segment';
  readonly segment: string;
  readonly outcome: Outcome;
  readonly position: SourcePosition;
}

export interface Wanted {
  readonly tests: readonly Test[];
  /** As written, such as `gte 2000`. */
  readonly text: string;
  readonly position: SourcePosition;
}

export interface WantedValue extends Wanted {
  /** As written: `messages_ever`, `score.adoption`. */
  readonly subject: string;
}
