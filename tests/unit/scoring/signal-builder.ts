// Builders for tests of the life of a signal, with defaults.
import type { AccountId, RuleName } from '../../../src/model/ids.ts';
import type { Outcome, Severity, Signal } from '../../../src/model/signal.ts';
import { addDays, type Day } from '../../../src/model/time.ts';
import {
  advanceAtClose,
  noSignal,
  type SignalStep,
  type SignalTiming,
} from '../../../src/scoring/advance-signal.ts';

export const DAY_ONE = '2026-03-01' as Day;

export const timing = (changes: Partial<SignalTiming> = {}): SignalTiming => ({
  name: 'goes_quiet' as RuleName,
  was: undefined,
  forDays: 0,
  keepOpenDays: 0,
  cooldownDays: 0,
  ifMissing: 'hold',
  conditionHash: 'h1',
  ...changes,
});

export interface DayFacts {
  readonly who?: Outcome;
  readonly when: Outcome;
  readonly resolveWhen?: Outcome;
  readonly severity?: Severity;
  readonly rule?: Partial<SignalTiming>;
  readonly baseline?: boolean;
}

/** Closes one day after another and returns the steps of each. */
export function live(
  days: readonly DayFacts[],
  rule: Partial<SignalTiming> = {},
): readonly (readonly SignalStep[])[] {
  let signal: Signal = noSignal('acme' as AccountId, 'goes_quiet' as RuleName);
  return days.map((facts, index) => {
    const steps = closeDay(signal, facts, { rule, day: addDays(DAY_ONE, index) });
    signal = steps.at(-1) ?? signal;
    return steps;
  });
}

export function closeDay(
  signal: Signal,
  facts: DayFacts,
  at: { readonly rule: Partial<SignalTiming>; readonly day: Day },
): readonly SignalStep[] {
  return advanceAtClose({
    signal,
    rule: timing({ ...at.rule, ...facts.rule }),
    facts: {
      who: facts.who ?? 'true',
      when: facts.when,
      resolveWhen: facts.resolveWhen,
      severity: facts.severity ?? 'medium',
    },
    day: at.day,
    baseline: facts.baseline ?? false,
  });
}

/** The state at the end of each day. */
export function states(days: readonly DayFacts[], rule: Partial<SignalTiming> = {}): readonly string[] {
  let state = 'none';
  return live(days, rule).map((steps) => {
    state = steps.at(-1)?.state ?? state;
    return state;
  });
}

export const when = (...outcomes: readonly Outcome[]): readonly DayFacts[] =>
  outcomes.map((outcome) => ({ when: outcome }));
