// Decides what one sink still has to hear about one episode: the difference between the signal as it is and what
// the sink was last told. Pure, so order and repetition of triggers cannot matter.
import type {
  DeliveryAction,
  DeliveryKey,
  DeliveryRecord,
  SignalSnapshot,
  SinkRequest,
} from '../model/delivery.ts';
import { SEVERITIES, type Severity, type SignalState } from '../model/signal.ts';
import type { EpochMicros } from '../model/time.ts';
import { type DeliveryHistory, readHistory } from './read-history.ts';

/** Why something is sent. Each is explained in docs/sinks.md. */
export const SEND_REASONS = [
  'opened',
  'reopened',
  'severity_rose',
  'owner_changed',
  'repeat_due',
  'resolved',
  'rule_deleted',
  'answer_lost',
] as const;
export type SendReason = (typeof SEND_REASONS)[number];

/** Why nothing is sent. Each is explained in docs/sinks.md. */
export const SKIP_REASONS = [
  'nothing_changed',
  'pending',
  'never_sent',
  'silent',
  'held',
  'baseline',
  'past_close',
  'before_sink',
  'state_not_wanted',
  'rejected_before',
] as const;
export type SkipReason = (typeof SKIP_REASONS)[number];

export interface DeliverySituation {
  readonly key: DeliveryKey;
  readonly signal: SignalSnapshot;
  /** Every row of `deliveries` of this episode and sink, in any order; empty when nothing was ever tried. */
  readonly records: readonly DeliveryRecord[];
  /** Since when the sink is configured: what the evaluator had opened by then is not sent. UTC. */
  readonly sinkSince: EpochMicros;
  /** Send what is open even if it opened before the sink was configured, in the past, or when its rule was new. */
  readonly deliverOpen: boolean;
  /** `tidemark signals release` was given for the rule after this signal was held. */
  readonly released: boolean;
  /** From `notify: {states: […]}`; undefined sends all. */
  readonly states?: readonly SignalState[] | undefined;
  /** From `notify: {repeat: 14d}`; undefined for no repeated notice. */
  readonly repeatDays?: number | undefined;
  /** Rejections before this instant are tried once more: a restart after somebody mended the CRM. UTC. */
  readonly retryRejectedBefore?: EpochMicros | undefined;
  readonly now: EpochMicros;
}

export interface PlannedSend {
  readonly action: DeliveryAction;
  readonly reason: SendReason;
  readonly request: Omit<SinkRequest, 'seq'>;
}

export type DeliveryDecision =
  | { readonly send: PlannedSend; readonly skip?: never }
  | { readonly skip: SkipReason; readonly send?: never };

const DAY_IN_MICROS = 86_400_000_000;

/** Never throws. `request.remoteKey` is the same for every send of one episode to one sink. */
export function decideDelivery(situation: DeliverySituation): DeliveryDecision {
  const history = readHistory(situation.records);
  const wanted = reasonToSend(situation, history);
  if ('skip' in wanted) return wanted;
  if (wasRejectedAsItIs(situation, history)) return { skip: 'rejected_before' };
  const { action, reason } = wanted;
  const { signal } = situation;
  const request = {
    action,
    signal,
    remoteKey: remoteKeyOf(situation.key),
    remoteId: history.lastDelivered?.remoteId,
  };
  return { send: { action, reason, request } };
}

type Wanted =
  | { readonly skip: SkipReason }
  | { readonly action: DeliveryAction; readonly reason: SendReason };

function reasonToSend(situation: DeliverySituation, history: DeliveryHistory): Wanted {
  const state = remoteState(situation.signal.state);
  if (state === 'pending') return { skip: 'pending' };
  if (!isWanted(situation.signal.state, situation.states)) return { skip: 'state_not_wanted' };
  if (state === 'resolved') return reasonToResolve(situation.signal, history);
  return history.possiblySent ? reasonToUpdate(situation, history) : reasonToOpen(situation);
}

/** The sink is told once, and only if it may know of the signal: a resolve without an open would puzzle people. */
function reasonToResolve(signal: SignalSnapshot, history: DeliveryHistory): Wanted {
  if (!history.possiblySent) return { skip: 'never_sent' };
  const delivered = history.lastDelivered;
  if (delivered !== undefined && remoteState(delivered.fields.state) === 'resolved') {
    return history.unknown === undefined
      ? { skip: 'nothing_changed' }
      : { action: 'resolve', reason: 'answer_lost' };
  }
  if (history.unknown?.action === 'resolve') return { action: 'resolve', reason: 'answer_lost' };
  return { action: 'resolve', reason: signal.reason === 'rule_deleted' ? 'rule_deleted' : 'resolved' };
}

/** Only a first notice can be withheld; what a sink already shows is kept true. */
function reasonToOpen(situation: DeliverySituation): Wanted {
  const { signal } = situation;
  if (signal.silent) return { skip: 'silent' };
  if (signal.held && !situation.released) return { skip: 'held' };
  if (situation.deliverOpen) return { action: 'create', reason: 'opened' };
  if (signal.baseline) return { skip: 'baseline' };
  if (signal.past) return { skip: 'past_close' };
  // Not T: a close decides an hour or more after its day, and a sink may have come in between.
  if (signal.decidedAt < situation.sinkSince) return { skip: 'before_sink' };
  return { action: 'create', reason: 'opened' };
}

function reasonToUpdate(situation: DeliverySituation, history: DeliveryHistory): Wanted {
  const { signal } = situation;
  const { lastDelivered: delivered, unknown } = history;
  if (delivered === undefined) return { action: 'create', reason: unknown ? 'answer_lost' : 'opened' };
  if (remoteState(delivered.fields.state) === 'resolved') return { action: 'create', reason: 'reopened' };
  if (unknown !== undefined)
    return { action: unknown.action === 'create' ? 'create' : 'update', reason: 'answer_lost' };
  if (signal.silent) return { skip: 'silent' };
  if (isMoreSevere(signal.severity, delivered.fields.severity))
    return { action: 'update', reason: 'severity_rose' };
  if (signal.owner !== delivered.fields.owner) return { action: 'update', reason: 'owner_changed' };
  if (isRepeatDue(situation, delivered)) return { action: 'update', reason: 'repeat_due' };
  return { skip: 'nothing_changed' };
}

/** The very same content would be refused again; a new step, severity or owner is another content. */
function wasRejectedAsItIs(situation: DeliverySituation, history: DeliveryHistory): boolean {
  const last = history.lastReceipt;
  if (last?.outcome !== 'rejected' || last.seq < (history.unknown?.seq ?? 0)) return false;
  if (last.at < (situation.retryRejectedBefore ?? 0)) return false;
  const { signal } = situation;
  return (
    last.step === signal.step &&
    last.fields.state === signal.state &&
    last.fields.severity === signal.severity &&
    last.fields.owner === signal.owner
  );
}

type RemoteState = 'pending' | 'open' | 'resolved';

/** What people see: recovering is still open, and an episode whose cooldown is over stays resolved. */
function remoteState(state: SignalState): RemoteState {
  if (state === 'pending') return 'pending';
  return state === 'open' || state === 'recovering' ? 'open' : 'resolved';
}

const isWanted = (state: SignalState, states: readonly SignalState[] | undefined): boolean =>
  states === undefined || states.includes(state) || states.includes(remoteState(state));

const isMoreSevere = (a: Severity, b: Severity): boolean => SEVERITIES.indexOf(a) < SEVERITIES.indexOf(b);

const isRepeatDue = ({ repeatDays, now }: DeliverySituation, delivered: DeliveryRecord): boolean =>
  repeatDays !== undefined && now - delivered.at >= repeatDays * DAY_IN_MICROS;

const remoteKeyOf = ({ episode, sink }: DeliveryKey): string => `${episode}/${sink}`;
