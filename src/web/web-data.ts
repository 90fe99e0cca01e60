// What the page shows, and the port through which it is asked for. Everything here travels as JSON: null, never
// undefined, and no class instances.
import type { DeliveryOutcome } from '../model/delivery.ts';
import type { Severity, SignalState } from '../model/signal.ts';
import type { Day, EpochMillis, TimeZone } from '../model/time.ts';

export interface WebData {
  /** Everything that is open now. Rejects when the store cannot be read; the page then says so and asks again. */
  overview(): Promise<Overview>;
}

export interface Overview {
  /** The server's clock, so that relative times do not depend on the browser's. */
  readonly at: EpochMillis;
  /** The project's zone; absolute times are shown in it. */
  readonly timeZone: TimeZone;
  /** Open and recovering ones, in any order; the page sorts them and tells leads from alerts by `kind`. */
  readonly signals: readonly OpenSignal[];
  readonly pipeline: Pipeline;
}

export interface OpenSignal {
  /** The run from opening to resolving: what a delivery's remote record is keyed by. */
  readonly episode: string;
  readonly accountId: string;
  /** The trait `name`, else the account's id. */
  readonly accountName: string;
  readonly rule: string;
  readonly kind: string;
  readonly sentence: string;
  readonly severity: Severity;
  readonly state: Extract<SignalState, 'open' | 'recovering'>;
  /** Local day on which the episode opened. */
  readonly openSince: Day;
  readonly openedAt: EpochMillis;
  readonly owner: string | null;
  readonly playbook: string | null;
  /** Whom to talk to; null while nobody stands out. */
  readonly champion: ShownChampion | null;
  readonly scores: readonly ShownScore[];
  /** One a sink that its rule names, or that was told of it. */
  readonly deliveries: readonly ShownDelivery[];
  /** Why no sink is to hear of it; null when one is. */
  readonly unrouted: 'no_route' | 'notify_none' | 'not_live' | 'rule_gone' | null;
  /** Not sent until released: the rule opened more than it may in one day. */
  readonly held: boolean;
  /** Never sent: muted, or the rule is in shadow. */
  readonly silent: boolean;
  /** Not sent: it was already true when the rule was applied. */
  readonly baseline: boolean;
}

interface ShownChampion {
  /** The user trait `name`, else `email`, else the user's id. */
  readonly name: string;
  readonly email: string | null;
  readonly reasons: readonly string[];
}

export interface ShownScore {
  readonly name: string;
  /** Null when too many parts are missing. */
  readonly value: number | null;
  readonly band: string | null;
  readonly outOf: number;
  readonly parts: readonly {
    readonly part: string;
    /** Null when the part is missing. */
    readonly points: number | null;
    readonly weight: number;
  }[];
}

export interface ShownDelivery {
  readonly sink: string;
  /** `waiting`: not sent yet, or an answer is outstanding. `not_sent`: nothing is to be sent, and why. */
  readonly outcome: DeliveryOutcome | 'waiting' | 'not_sent';
  readonly remoteId: string | null;
  /** Of the last receipt, else of the intent; null when nothing was tried. */
  readonly at: EpochMillis | null;
  /** The named reason of the decision, or the remote's own words after a failure. */
  readonly reason: string;
}

export interface Pipeline {
  /** Over the last few seconds. */
  readonly eventsPerSecond: number;
  /** Messages in the log that are not ingested; null where the log cannot lag. */
  readonly lagMessages: number | null;
  readonly lastTickAt: EpochMillis | null;
  /** How long that tick took. */
  readonly lastTickMs: number | null;
  readonly lastCloseDay: Day | null;
  readonly deadLetters: number;
  /** There are at least so many: they are not counted further. */
  readonly isDeadLettersCut: boolean;
  readonly openSignals: number;
  /** Delivery jobs waiting or running. */
  readonly queueDepth: number;
  /** What stands behind each port, such as `embedded` and `ClickHouse 25.8`, `direct` and `Kafka`. */
  readonly engine: { readonly store: string; readonly log: string; readonly queue: string };
}
