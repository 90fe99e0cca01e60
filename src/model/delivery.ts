// What is sent to people: one job per (episode, sink), the difference between a signal and its last receipt.
import type { AccountId, EpisodeId, RuleName, SinkName } from './ids.ts';
import type { JsonObject } from './json.ts';
import type { Evidence, Severity, SignalState, TransitionReason } from './signal.ts';
import type { Day, EpochMicros, EpochMillis } from './time.ts';

/** Identity of a delivery; order and repetition of its triggers do not matter. */
export interface DeliveryKey {
  readonly episode: EpisodeId;
  readonly sink: SinkName;
}

/** A signal as sinks see it, as of its last transition. */
export interface SignalSnapshot {
  readonly episode: EpisodeId;
  readonly accountId: AccountId;
  /** The trait `name`, else the account's id. */
  readonly accountName: string;
  readonly accountTraits: JsonObject;
  readonly rule: RuleName;
  readonly kind: string;
  readonly state: SignalState;
  readonly severity: Severity;
  readonly reason: TransitionReason;
  readonly sentence: string;
  readonly owner: string | undefined;
  readonly playbook: string | undefined;
  readonly openedOn: Day;
  /** T of the close or tick that opened it. */
  readonly openedAt: EpochMillis;
  /** When the evaluator opened it: at the earliest an hour after T for a close. */
  readonly decidedAt: EpochMicros;
  readonly changedAt: EpochMillis;
  readonly step: number;
  readonly held: boolean;
  readonly silent: boolean;
  readonly baseline: boolean;
  /** Opened by `tidemark evaluate`, on a day of the past. */
  readonly past: boolean;
  readonly evidence: Evidence;
}

export type DeliveryAction = 'create' | 'update' | 'resolve';

/** The fields that a receipt remembers, so that only a difference is sent. */
interface DeliveredFields {
  readonly state: SignalState;
  readonly severity: Severity;
  readonly owner: string | undefined;
}

export interface SinkRequest {
  readonly action: DeliveryAction;
  readonly signal: SignalSnapshot;
  /** Deterministic from episode and sink: the remote's idempotency key. */
  readonly remoteKey: string;
  /** From the last receipt; undefined for a create, and after a create whose answer was lost. */
  readonly remoteId: string | undefined;
  /** Number of this attempt's intent row. */
  readonly seq: number;
}

/**
 * `transient`: may succeed later. `rate_limited`: wait for `retryAfterMs`. `rejected`: never succeeds as it is.
 * `unauthorised`: the sink's credentials. `ambiguous`: it may have been done, the answer was lost.
 */
export type SinkFailureClass = 'transient' | 'rate_limited' | 'rejected' | 'unauthorised' | 'ambiguous';

export type SinkResult =
  | { readonly outcome: 'delivered'; readonly remoteId: string; readonly remoteText: string }
  | {
      readonly outcome: SinkFailureClass;
      /** From Retry-After; undefined leaves it to the back-off. Milliseconds. */
      readonly retryAfterMs: number | undefined;
      readonly status: number | undefined;
      /** The remote's own words, without secrets. */
      readonly remoteText: string;
      /** What the remote holds already of a send that failed on its way: the signal's end must be sent, too. */
      readonly remoteId?: string;
    };

export type DeliveryOutcome = SinkResult['outcome'];

/** One row of the table `deliveries`. A receipt has an outcome, an intent has none yet. */
export interface DeliveryRecord {
  readonly key: DeliveryKey;
  /** From 1, per key; an intent and its receipt share it. */
  readonly seq: number;
  readonly phase: 'intent' | 'receipt';
  readonly action: DeliveryAction;
  readonly accountId: AccountId;
  readonly rule: RuleName;
  readonly step: number;
  readonly fields: DeliveredFields;
  readonly outcome: DeliveryOutcome | undefined;
  /** The named reason of the decision, such as `opened` or `severity_rose`. */
  readonly reason: string;
  readonly remoteId: string | undefined;
  readonly remoteText: string;
  readonly at: EpochMicros;
}
