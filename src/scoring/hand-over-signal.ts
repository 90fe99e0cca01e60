// A renamed rule takes over the signals that it had under its former name: one step ends them there, one goes on here.
import type { RuleName } from '../model/ids.ts';
import type { Signal } from '../model/signal.ts';
import type { SignalStep } from './advance-signal.ts';

export interface HandedOver {
  /** Under the former name. It belongs to no episode, so that nobody is told of an end. */
  readonly leaving: SignalStep;
  /** Under the new name: the same state and episode, its clock and its number going on. */
  readonly taken: SignalStep;
}

/** Only a handing over goes to `none` for this reason. */
export const wasHandedOver = ({ state, reason }: Signal): boolean =>
  state === 'none' && reason === 'rule_changed';

export function handOverSignal(signal: Signal, rule: RuleName): HandedOver {
  const next = { ...signal, from: signal.state, step: signal.step + 1, reason: 'rule_changed' as const };
  return { leaving: { ...next, state: 'none', episode: undefined }, taken: { ...next, rule } };
}
