// Computes the evidence of every open signal again: an audit of what people were told.
import type { Clock } from '../../model/clock.ts';
import type { Store } from '../../model/store.ts';
import type { TimeZone } from '../../model/time.ts';
import { readOpenEpisodes } from '../../store/read/read-decided-transitions.ts';
import type { VerifiedStep } from './explanation.ts';
import { verifyTransitions } from './verify-transitions.ts';

export interface VerifiedSignal {
  readonly account: string;
  readonly rule: string;
  readonly steps: readonly VerifiedStep[];
}

export interface VerifyOpen {
  readonly store: Store;
  readonly clock: Clock;
  readonly timezone: TimeZone;
  /** Undefined: of every rule. */
  readonly rule: string | undefined;
}

export async function verifyOpen({
  store,
  clock,
  timezone,
  rule,
}: VerifyOpen): Promise<readonly VerifiedSignal[]> {
  const transitions = (await readOpenEpisodes(store)).filter(
    (one) => rule === undefined || one.rule === rule,
  );
  const steps = await verifyTransitions({ store, timezone, tick: clock.now() }, transitions);
  const signals = new Map<string, VerifiedSignal & { readonly steps: VerifiedStep[] }>();
  for (const [index, transition] of transitions.entries()) {
    const step = steps[index];
    if (step === undefined) continue;
    const key = JSON.stringify([transition.accountId, transition.rule]);
    const known = signals.get(key) ?? { account: transition.accountId, rule: transition.rule, steps: [] };
    known.steps.push(step);
    signals.set(key, known);
  }
  return [...signals.values()];
}
