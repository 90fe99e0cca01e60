// What every delivery is decided from, put together from rows, rules and configuration: one place, so that the loop,
// the sweep and the page agree on what is still to be sent.
import type { DeliveryKey, DeliveryRecord, SignalSnapshot } from '../model/delivery.ts';
import type { RuleName, SinkName } from '../model/ids.ts';
import type { EpochMicros } from '../model/time.ts';
import { findRule, presentName } from '../rules/find-rule.ts';
import type { Ruleset } from '../rules/ruleset.ts';
import type { LoadedSituation } from '../sinks/deliver-signal.ts';
import type { Episode } from '../store/delivery/load-episodes.ts';
import type { Unsettled } from '../store/delivery/select-unsettled.ts';
import { type ChosenSink, chooseSinks } from './choose-sinks.ts';

export interface DeliveryRules {
  /** Undefined before any was applied. */
  readonly ruleset: Ruleset | undefined;
  readonly routes: ReadonlyMap<string, readonly SinkName[]>;
  /** Of the sinks that are configured now. */
  readonly sinkSince: ReadonlyMap<SinkName, EpochMicros>;
  /** When people last released the held signals of a rule. */
  readonly releases: ReadonlyMap<string, EpochMicros>;
  readonly deliverOpen: boolean;
  readonly retryRejectedBefore: EpochMicros;
}

/** Owner and playbook are the rule's of today: a changed owner is told, whatever the signal did since. */
export function toSnapshot(episode: Episode, ruleset: Ruleset | undefined): SignalSnapshot {
  const rule = findRule(ruleset, episode.rule);
  return { ...episode, owner: rule?.owner, playbook: rule?.playbook };
}

/** A release of the rule, by this name or its former one, after the signal was held. */
export function isReleased(
  { rule, decidedAt }: Pick<Episode, 'rule' | 'decidedAt'>,
  { ruleset, releases }: DeliveryRules,
): boolean {
  const names = [rule, presentName(ruleset, rule)];
  return names.some((name) => (releases.get(name) ?? 0) >= decidedAt);
}

/** The sinks of the episode's rule, and those that may hold a record of it, which must not go stale. */
export function sinksOf(
  episode: Pick<Episode, 'rule'>,
  records: readonly DeliveryRecord[],
  { ruleset, routes }: DeliveryRules,
): readonly SinkName[] {
  const chosen = chooseSinks(findRule(ruleset, episode.rule), routes).map(({ sink }) => sink);
  return [...new Set([...chosen, ...records.map(({ key }) => key.sink)])];
}

/** Which finished episodes a sweep still has to look at. */
export function unsettledAt(
  sinks: readonly SinkName[],
  { ruleset, routes, retryRejectedBefore }: DeliveryRules,
): Unsettled {
  const endless = [...(ruleset?.rules.values() ?? [])].flatMap((rule) =>
    chooseSinks(rule, routes)
      .filter(({ states }) => states !== undefined && !states.includes('resolved'))
      .map(({ sink }) => ({ rule: rule.name as RuleName, sink })),
  );
  return { sinks, endless, retryRejectedBefore };
}

/** Undefined when the sink is neither chosen for the rule nor holds anything of the episode. */
export function situationOf(
  key: DeliveryKey,
  { episode, records }: { readonly episode: Episode; readonly records: readonly DeliveryRecord[] },
  rules: DeliveryRules,
): LoadedSituation | undefined {
  const chosen = chooseSinks(findRule(rules.ruleset, episode.rule), rules.routes);
  const notify = chosen.find(({ sink }) => sink === key.sink);
  if (notify === undefined && records.length === 0) return undefined;
  return {
    signal: toSnapshot(episode, rules.ruleset),
    records,
    sinkSince: rules.sinkSince.get(key.sink) ?? rules.retryRejectedBefore,
    deliverOpen: rules.deliverOpen,
    released: isReleased(episode, rules),
    retryRejectedBefore: rules.retryRejectedBefore,
    ...statesOf(notify),
  };
}

const statesOf = (notify: ChosenSink | undefined) => ({
  states: notify?.states,
  repeatDays: notify?.repeatDays,
});
