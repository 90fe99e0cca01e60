// What the page says of each sink about an episode: what was sent, what waits, and why something is not sent. Pure.
import type { DeliveryKey, DeliveryRecord } from '../model/delivery.ts';
import type { SinkName } from '../model/ids.ts';
import { type EpochMicros, microsToMillis } from '../model/time.ts';
import { findRule } from '../rules/find-rule.ts';
import { decideDelivery } from '../sinks/decide-delivery.ts';
import { readHistory } from '../sinks/read-history.ts';
import type { Episode } from '../store/delivery/load-episodes.ts';
import type { OpenSignal, ShownDelivery } from '../web/web-data.ts';
import { type DeliveryRules, sinksOf, situationOf } from './delivery-plan.ts';

export interface DeliveryView {
  readonly rules: DeliveryRules;
  readonly now: EpochMicros;
}

/** One a sink, also for those that hear nothing. `records` are of this episode, of all sinks. */
export const showDeliveries = (
  episode: Episode,
  records: readonly DeliveryRecord[],
  view: DeliveryView,
): readonly ShownDelivery[] =>
  sinksOf(episode, records, view.rules).map((sink) => {
    const ofSink = records.filter((record) => record.key.sink === sink);
    const isGone = !view.rules.sinkSince.has(sink);
    if (ofSink.length === 0) return isGone ? notSent(sink, 'no_such_sink') : showUntried(sink, episode, view);
    const last = showLast(sink, ofSink);
    return isGone && last.outcome !== 'delivered' ? { ...last, ...notSent(sink, 'no_such_sink') } : last;
  });

/** Null when there is a sink that may hear of it. */
export function whyUnrouted(
  episode: Pick<Episode, 'rule'>,
  deliveries: readonly ShownDelivery[],
  { ruleset }: Pick<DeliveryRules, 'ruleset'>,
): OpenSignal['unrouted'] {
  if (deliveries.length > 0) return null;
  const rule = findRule(ruleset, episode.rule);
  if (rule === undefined) return 'rule_gone';
  if (rule.stage !== 'live') return 'not_live';
  return rule.notify === undefined ? 'no_route' : 'notify_none';
}

function showLast(sink: SinkName, records: readonly DeliveryRecord[]): ShownDelivery {
  const { lastReceipt: receipt, lastDelivered } = readHistory(records);
  const intent = records.find((row) => row.phase === 'intent' && row.seq > (receipt?.seq ?? 0));
  const remoteId = lastDelivered?.remoteId ?? null;
  const last = intent ?? receipt ?? records[0];
  const at = last === undefined ? null : microsToMillis(last.at);
  if (intent !== undefined || receipt === undefined) {
    return { sink, outcome: 'waiting', remoteId, at, reason: last?.reason ?? '' };
  }
  const outcome = receipt.outcome ?? 'waiting';
  const reason = outcome === 'delivered' ? receipt.reason : receipt.remoteText;
  return { sink, outcome, remoteId, at, reason };
}

function showUntried(sink: SinkName, episode: Episode, { rules, now }: DeliveryView): ShownDelivery {
  const key: DeliveryKey = { episode: episode.episode, sink };
  const situation = situationOf(key, { episode, records: [] }, rules);
  // Not chosen and never told: sinksOf names no such sink.
  if (situation === undefined) return notSent(sink, 'never_sent');
  const { send, skip } = decideDelivery({ ...situation, key, now });
  if (send === undefined) return notSent(sink, skip);
  return { sink, outcome: 'waiting', remoteId: null, at: null, reason: send.reason };
}

const notSent = (sink: SinkName, reason: string) =>
  ({ sink, outcome: 'not_sent', remoteId: null, at: null, reason }) as const;
