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

/** A burst of deliveries asks once: what was released shows a second later. */
const KEEP_MICROS = 1_000_000;

/** Remembers the sinks that are new. What was rejected before now is tried once more: somebody may have mended it. */
export async function prepareDeliveryRules(
  options: DeliveryRulesOptions,
): Promise<() => Promise<DeliveryRules>> {
  const { store, clock, settings, rulesInForce, deliverOpen } = options;
  const startedAt = clock.now();
  const remembered = await rememberSinks(store, [...settings.sinks.keys()], startedAt);
  const sinkSince = new Map([...remembered].filter(([sink]) => settings.sinks.has(sink)));
  const fixed = { routes: settings.routes, sinkSince, deliverOpen, retryRejectedBefore: startedAt };
  const releases = keepFor(KEEP_MICROS, clock, () => readRuleReleases(store));
  return async () => ({ ...fixed, ruleset: await rulesInForce.current(), releases: await releases() });
}

function keepFor<Value>(micros: number, clock: Clock, ask: () => Promise<Value>): () => Promise<Value> {
  let kept: { readonly at: number; readonly value: Promise<Value> } | undefined;
  return () => {
    const at = clock.now();
    if (kept !== undefined && at - kept.at < micros) return kept.value;
    const value = ask();
    kept = { at, value };
    // A failure is not kept: the next one asks again.
    value.catch(() => {
      kept = undefined;
    });
    return value;
  };
}
