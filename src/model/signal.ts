// A signal: one rule being true for one account. Its life is a chain of numbered transitions; one episode runs
// from opening to resolving.
import type { AccountId, EpisodeId, RuleName } from './ids.ts';
import type { JsonObject } from './json.ts';
import type { Day, EpochMicros, EpochMillis } from './time.ts';

export type SignalState = 'none' | 'pending' | 'open' | 'recovering' | 'resolved';

export const SEVERITIES = ['critical', 'high', 'medium', 'low'] as const;
/** Most severe first. */
export type Severity = (typeof SEVERITIES)[number];

export type TransitionReason =
  | 'condition'
  | 'timer'
  | 'missing'
  | 'left'
  | 'rule_changed'
  | 'rule_deleted'
  | 'manual'
  | 'baseline';

/** Three-valued: a leaf over a missing value is unknown. */
export type Outcome = 'true' | 'false' | 'unknown';

interface EvidenceLeaf {
  /** As written in the rule: `messages_ever`, `account.plan`, `score.adoption`. */
  readonly subject: string;
  readonly value: number | string | null;
  /** As written: `gte 2000`. */
  readonly test: string;
  readonly outcome: Outcome;
  /** Who is behind the number; absent where no user is, or where nobody asked. */
  readonly people?: LeafPeople;
}

export interface LeafPeople {
  /** How many users there are. */
  readonly count: number;
  /** Those with most of it, or who did it last, first. */
  readonly users: readonly LeafUser[];
}

interface LeafUser {
  readonly userId: string;
  /** How often in the metric's window; absent for metrics without one. */
  readonly events?: number;
  /** The day of the last time; absent for metrics with a window. */
  readonly lastDay?: Day;
}

/** A user who stands out in an account, and why. */
export interface Person {
  readonly userId: string;
  /** The user trait `name`, else `email`, else the id. */
  readonly name: string;
  readonly email: string | null;
  readonly role: string | null;
  /** Of 100, two decimals; 0 for a champion who has fallen silent. */
  readonly points: number;
  /** Days since the last event in the account; null: never. */
  readonly idleDays: number | null;
  /** What gives the points, in words: `active on 20 of 28 days`. */
  readonly reasons: readonly string[];
}

/** Who an account listens to: the one to talk to, or to worry about. */
export interface Champion extends Person {
  /** Day of the close that made them champion. */
  readonly since: Day;
  /** The next two. */
  readonly next: readonly Person[];
}

export interface ScoreEvidence {
  readonly value: number | null;
  readonly band: string | null;
  /** Share of the weights that were not missing, 0 to 1. */
  readonly coverage: number;
  readonly parts: readonly ScorePartValue[];
}

interface ScorePartValue {
  readonly part: string;
  /**
   * Null when the part is missing. Two decimals; the parts of a score add up to it exactly. What a cap takes away is
   * the last part, `cap`, with points of zero or below and no weight.
   */
  readonly points: number | null;
  readonly weight: number;
  readonly value: number | string | null;
}

export interface Evidence {
  readonly leaves: readonly EvidenceLeaf[];
  readonly scores: Readonly<Record<string, ScoreEvidence>>;
  /** Such as `A1`; null when either of its scores is missing. Undefined where the rules have no grades. */
  readonly grades?: Readonly<Record<string, string | null>>;
  /** Account traits at T that the sentence and sinks use. */
  readonly traits: JsonObject;
  /** Of the account, as of the last close; absent while it has none. */
  readonly champion?: Champion;
}

/** What is remembered of a signal: its latest transition. `none` with step 0 is a signal that never was. */
export interface Signal {
  readonly accountId: AccountId;
  readonly rule: RuleName;
  /** Of the latest transition: the rule may be gone. */
  readonly kind: string;
  readonly state: SignalState;
  /** Number of the latest transition; 0 when there is none. */
  readonly step: number;
  /** How often it has opened. */
  readonly openings: number;
  /** Of the current or latest episode. */
  readonly episode: EpisodeId | undefined;
  /** Local day on which `state` was entered. */
  readonly since: Day | undefined;
  /** Local day since which `when` has been unknown without a break; only while open or recovering. */
  readonly missingSince: Day | undefined;
  /** The most severe of the episode so far. */
  readonly severity: Severity;
  /** Of the latest transition; a wait that began as baseline opens as baseline. */
  readonly reason: TransitionReason | undefined;
  /** Hash of the rule's condition at the latest transition. */
  readonly ruleHash: string;
}

export interface Transition {
  readonly accountId: AccountId;
  readonly rule: RuleName;
  /** Numbered per (account, rule) from 1; the first write of a number wins. */
  readonly step: number;
  readonly openings: number;
  readonly episode: EpisodeId | undefined;
  readonly from: SignalState;
  /** Equal to `from` for a rise in severity, and when data goes missing or comes back. */
  readonly to: SignalState;
  /** T of the close or tick that decided it. */
  readonly at: EpochMillis;
  /** Local day of the close, or of now for a tick. */
  readonly day: Day;
  readonly since: Day;
  readonly missingSince: Day | undefined;
  readonly evaluatedAt: EpochMicros;
  readonly reason: TransitionReason;
  readonly severity: Severity;
  readonly kind: string;
  readonly sentence: string;
  readonly evidence: Evidence;
  /** Opened beyond `max_new_per_day`: not sent until released. */
  readonly held: boolean;
  /** Opened while `mute_if` was true, or in stage shadow: never sent. */
  readonly silent: boolean;
  readonly ruleHash: string;
  readonly rulesetHash: string;
}
