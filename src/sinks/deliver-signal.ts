// The deliver loop for one key, top to bottom: load, decide, write the intent, send, write the receipt. It holds no
// state: whatever is lost on the way is seen in the rows at the next run.
import type { Clock } from '../model/clock.ts';
import type { DeliveryKey, DeliveryRecord, SinkResult } from '../model/delivery.ts';
import type { JobVerdict } from '../model/delivery-queue.ts';
import type { Sink } from '../model/sink.ts';
import {
  type DeliverySituation,
  decideDelivery,
  type PlannedSend,
  type SendReason,
  type SkipReason,
} from './decide-delivery.ts';
import { planRetry } from './plan-retry.ts';
import { readHistory } from './read-history.ts';

/** Why a run came to no decision. Each is explained in docs/sinks.md. */
export const UNDECIDED_REASONS = ['no_such_signal', 'no_such_sink', 'sink_paused'] as const;
type UndecidedReason = (typeof UNDECIDED_REASONS)[number];

/** What a run came to, for logs and figures. */
export type DeliveryReport =
  | { readonly key: DeliveryKey; readonly skipped: SkipReason | UndecidedReason }
  | {
      readonly key: DeliveryKey;
      readonly sent: SendReason;
      readonly seq: number;
      readonly result: SinkResult;
      /** Milliseconds until the next attempt; undefined when there is none. */
      readonly retryInMs: number | undefined;
    };

export type LoadedSituation = Omit<DeliverySituation, 'key' | 'now'>;

export interface DeliverSignalOptions {
  readonly key: DeliveryKey;
  /** Undefined when the episode does not exist. */
  readonly load: (key: DeliveryKey) => Promise<LoadedSituation | undefined>;
  readonly sinks: ReadonlyMap<string, Sink>;
  /** Resolves once the row is durable. */
  readonly record: (row: DeliveryRecord) => Promise<void>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly report?: (report: DeliveryReport) => void;
}

/**
 * Brings one sink up to date about one episode.
 * Rejects only when `load` or `record` does; the queue then runs the key again, which is safe at every point: without
 * an intent nothing was sent, and an intent without a receipt is sent again under the same remote key.
 */
export async function deliverSignal(options: DeliverSignalOptions): Promise<JobVerdict> {
  const { key, load, sinks, record, clock, random } = options;
  const report = options.report ?? (() => undefined);

  const sink = sinks.get(key.sink);
  if (sink === undefined) return skip({ key, skipped: 'no_such_sink' }, report);
  const pausedMs = sink.pausedForMs?.() ?? 0;
  if (pausedMs > 0) return wait({ key, skipped: 'sink_paused' }, pausedMs, options);
  const situation = await load(key);
  if (situation === undefined) return skip({ key, skipped: 'no_such_signal' }, report);

  const decision = decideDelivery({ ...situation, key, now: clock.now() });
  if (decision.send === undefined) return skip({ key, skipped: decision.skip }, report);

  const { send } = decision;
  const history = readHistory(situation.records);
  const seq = history.nextSeq;
  await record(intentOf(key, seq, send, clock));
  const result = await sink.send({ ...send.request, seq });
  await record(receiptOf({ key, seq, send, result, clock }));

  const retryInMs = retryDelay(result, history.failures + 1, random);
  report({ key, sent: send.reason, seq, result, retryInMs });
  return retryInMs === undefined ? { next: 'done' } : { next: 'again', delayMs: retryInMs };
}

function skip(report: DeliveryReport, tell: (report: DeliveryReport) => void): JobVerdict {
  tell(report);
  return { next: 'done' };
}

/** Without a row: a limit that holds for all keys would otherwise cost two rows a key at every round. */
function wait(report: DeliveryReport, pausedMs: number, options: DeliverSignalOptions): JobVerdict {
  options.report?.(report);
  const { random } = options;
  const delayMs = planRetry({ outcome: 'rate_limited', failures: 1, retryAfterMs: pausedMs, random });
  return { next: 'again', delayMs };
}

/** Undefined: delivered, or refused for good. */
function retryDelay(result: SinkResult, failures: number, random: () => number): number | undefined {
  if (result.outcome === 'delivered' || result.outcome === 'rejected') return undefined;
  return planRetry({ outcome: result.outcome, failures, retryAfterMs: result.retryAfterMs, random });
}

function intentOf(key: DeliveryKey, seq: number, send: PlannedSend, clock: Clock): DeliveryRecord {
  const { signal, remoteId } = send.request;
  const { state, severity, owner } = signal;
  return {
    key,
    seq,
    phase: 'intent',
    action: send.action,
    accountId: signal.accountId,
    rule: signal.rule,
    step: signal.step,
    fields: { state, severity, owner },
    outcome: undefined,
    reason: send.reason,
    remoteId,
    remoteText: '',
    at: clock.now(),
  };
}

interface Sent {
  readonly key: DeliveryKey;
  readonly seq: number;
  readonly send: PlannedSend;
  readonly result: SinkResult;
  readonly clock: Clock;
}

function receiptOf({ key, seq, send, result, clock }: Sent): DeliveryRecord {
  const remoteId = result.remoteId ?? send.request.remoteId;
  const { outcome, remoteText } = result;
  return { ...intentOf(key, seq, send, clock), phase: 'receipt', outcome, remoteId, remoteText };
}
