// What deliveries are decided from, as of now: rules and releases may change while a process runs.

import type { Clock } from '../model/clock.ts';
import type { Store } from '../model/store.ts';
import { readRuleReleases } from '../store/delivery/read-releases.ts';
import { rememberSinks } from '../store/delivery/remember-sinks.ts';
import type { Settings } from './config/settings.ts';
import type { DeliveryRules } from './delivery-plan.ts';
import type { RulesInForce } from './rules-in-force.ts';

export interface DeliveryRulesOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly settings: Settings;
  readonly rulesInForce: RulesInForce;
  readonly deliverOpen: boolean;
}

/** Remembers the sinks that are new. What was rejected before now is tried once more: somebody may have mended it. */
export async function prepareDeliveryRules(
  options: DeliveryRulesOptions,
): Promise<() => Promise<DeliveryRules>> {
  const { store, clock, settings, rulesInForce, deliverOpen } = options;
  const startedAt = clock.now();
  const sinkSince = await rememberSinks(store, [...settings.sinks.keys()], startedAt);
  return async () => ({
    ruleset: await rulesInForce.current(),
    routes: settings.routes,
    sinkSince,
    releases: await readRuleReleases(store),
    deliverOpen,
    retryRejectedBefore: startedAt,
  });
}
