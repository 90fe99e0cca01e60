// Asks for a delivery of each signal that a close or tick has changed, at each of its rule's sinks.
import type { DeliveryQueue } from '../model/delivery-queue.ts';
import type { ChangedSignal } from '../store/evaluation/save-transitions.ts';
import { chooseSinks } from './choose-sinks.ts';
import type { DeliveryRules } from './delivery-plan.ts';

/** Only quicker than the sweep, which would find the same, and finds the sinks of rules that are gone. */
export async function triggerChanged(options: {
  readonly queue: DeliveryQueue;
  readonly changed: readonly ChangedSignal[];
  readonly readRules: () => Promise<DeliveryRules>;
}): Promise<void> {
  const { ruleset, routes } = await options.readRules();
  const keys = options.changed.flatMap(({ rule, episode }) =>
    chooseSinks(ruleset?.rules.get(rule), routes).map(({ sink }) => ({ episode, sink })),
  );
  await options.queue.trigger(keys);
}
