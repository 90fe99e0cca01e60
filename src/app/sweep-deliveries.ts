// Finds every (episode, sink) that still has something to hear. What a queue lost, a crash left between two rows, or
// a person released comes back here.
import type { Clock } from '../model/clock.ts';
import type { DeliveryKey, DeliveryRecord } from '../model/delivery.ts';
import type { EpisodeId, SinkName } from '../model/ids.ts';
import type { Store } from '../model/store.ts';
import { type EpochMicros, millisToMicros } from '../model/time.ts';
import { decideDelivery } from '../sinks/decide-delivery.ts';
import { loadDeliveriesOf } from '../store/delivery/load-deliveries.ts';
import { type Episode, loadEpisodeStates } from '../store/delivery/load-episodes.ts';
import { type DeliveryRules, sinksOf, situationOf, unsettledAt } from './delivery-plan.ts';

export interface DueDelivery {
  readonly key: DeliveryKey;
  /** When the evaluator decided what is to be told, or T of its last change where that is later. */
  readonly since: EpochMicros;
}

export async function sweepDeliveries(options: {
  readonly store: Store;
  readonly clock: Clock;
  /** Configured now. */
  readonly sinks: ReadonlySet<SinkName>;
  readonly rules: DeliveryRules;
}): Promise<readonly DueDelivery[]> {
  const { store, clock, sinks, rules } = options;
  const which = unsettledAt([...sinks], rules);
  // The receipts before the signals: a transition in between is then found now, and never thought to be sent already.
  const records = groupByEpisode(await loadDeliveriesOf(store, { which }));
  const episodes = await loadEpisodeStates(store, { which });
  return episodes.flatMap((episode) => {
    const ofEpisode = records.get(episode.episode) ?? [];
    return sinksOf(episode, ofEpisode, rules)
      .filter((sink) => sinks.has(sink))
      .map((sink): DeliveryKey => ({ episode: episode.episode, sink }))
      .filter((key) => {
        const ofKey = ofEpisode.filter((record) => record.key.sink === key.sink);
        const situation = situationOf(key, { episode, records: ofKey }, rules);
        return (
          situation !== undefined &&
          decideDelivery({ ...situation, key, now: clock.now() }).send !== undefined
        );
      })
      .map((key) => ({ key, since: sinceOf(episode) }));
  });
}

const sinceOf = ({ decidedAt, changedAt }: Episode): EpochMicros =>
  Math.max(decidedAt, millisToMicros(changedAt)) as EpochMicros;

export function groupByEpisode(
  records: readonly DeliveryRecord[],
): ReadonlyMap<EpisodeId, readonly DeliveryRecord[]> {
  const groups = new Map<EpisodeId, DeliveryRecord[]>();
  for (const record of records) {
    const group = groups.get(record.key.episode);
    if (group === undefined) groups.set(record.key.episode, [record]);
    else group.push(record);
  }
  return groups;
}
