// The life of a signal: what one close or tick makes of it. Pure; the only clock is the local day it is given.
import type { AccountId, EpisodeId, RuleName } from '../model/ids.ts';
import {
  type Outcome,
  SEVERITIES,
  type Severity,
  type Signal,
  type SignalState,
  type TransitionReason,
} from '../model/signal.ts';
import { type Day, daysBetween } from '../model/time.ts';
import { originalName } from '../rules/names-of-rule.ts';
import { identifyEpisode } from './identify-episode.ts';

/** What a rule says of a signal's life; durations in local days. */
export interface SignalTiming {
  readonly name: RuleName;
  readonly was: RuleName | undefined;
  readonly wasBefore?: readonly RuleName[];
  readonly forDays: number;
  readonly keepOpenDays: number;
  readonly cooldownDays: number;
  readonly ifMissing: 'hold' | 'false' | 'true';
  readonly conditionHash: string;
}

/** What the evaluator found for one account and rule. */
export interface RuleFacts {
  readonly who: Outcome;
  readonly when: Outcome;
  /** Undefined without a `resolve_when`: recovery is then `when` being false. */
  readonly resolveWhen: Outcome | undefined;
  readonly severity: Severity;
}

export interface Advance {
  readonly signal: Signal;
  readonly rule: SignalTiming;
  readonly facts: RuleFacts;
  readonly day: Day;
  /** True when this is the rule's first close and the account was known before the rule: `on_create`. */
  readonly baseline: boolean;
}

/** The signal after one transition, with where it came from. */
export interface SignalStep extends Signal {
  readonly from: SignalState;
  readonly reason: TransitionReason;
}

/** Days of unknown after which an open signal resolves. */
const MISSING_DAYS = 30;

/**
 * At a close: at most two steps, and none when the same day is closed again, nor for what a tick opened after the
 * day's end: the day did not see it yet, and its close would end every lead that opens between midnight and the close.
 */
export function advanceAtClose(advance: Advance): readonly SignalStep[] {
  const { signal, day } = advance;
  if (signal.since !== undefined && signal.since > day) return [];
  switch (signal.state) {
    case 'none':
      return start(advance, signal);
    case 'pending':
      return wait(advance);
    case 'open':
    case 'recovering':
      return holdOrRecover(advance);
    case 'resolved':
      return coolDown(advance);
  }
}

/** In a tick: `none → open` of a rising rule without `for`, and nothing else. */
export const advanceAtTick = (advance: Advance): readonly SignalStep[] =>
  advance.signal.state === 'none' && advance.rule.forDays === 0 ? start(advance, advance.signal) : [];

/** A rule that is no longer there closes what it had opened, and forgets what was waiting or cooling down. */
export function closeDeletedRule(signal: Signal, day: Day): readonly SignalStep[] {
  if (signal.state === 'none' || (signal.since ?? day) > day) return [];
  if (signal.state === 'resolved' && signal.since === day) return [];
  const open = signal.state === 'open' || signal.state === 'recovering';
  return [
    enter(signal, open ? 'resolved' : 'none', { day, reason: 'rule_deleted', ruleHash: signal.ruleHash }),
  ];
}

/** `when` with `if_missing` applied; an account of which `who` is unknown is not decided upon. */
function effectiveWhen({ facts, rule }: Advance): Outcome {
  if (facts.who === 'unknown') return 'unknown';
  if (facts.when !== 'unknown' || rule.ifMissing === 'hold') return facts.when;
  return rule.ifMissing;
}

function start(advance: Advance, signal: Signal): readonly SignalStep[] {
  if (advance.facts.who !== 'true' || effectiveWhen(advance) !== 'true') return [];
  const reason = advance.baseline ? 'baseline' : 'condition';
  return [
    advance.rule.forDays === 0 ? open(advance, signal, reason) : step(advance, signal, 'pending', reason),
  ];
}

function wait(advance: Advance): readonly SignalStep[] {
  const { signal, facts } = advance;
  if (facts.who === 'false') return [step(advance, signal, 'none', 'left')];
  const when = effectiveWhen(advance);
  if (when === 'false') return [step(advance, signal, 'none', 'condition')];
  if (when !== 'true' || elapsed(advance) < advance.rule.forDays) return [];
  return [open(advance, signal, signal.reason === 'baseline' ? 'baseline' : 'timer')];
}

function holdOrRecover(advance: Advance): readonly SignalStep[] {
  const { signal, facts } = advance;
  if (facts.who === 'false') return [step(advance, signal, 'resolved', 'left')];
  if (facts.who === 'unknown') return [];
  const when = effectiveWhen(advance);
  if (signal.ruleHash !== advance.rule.conditionHash) {
    return [
      withRise(advance, step(advance, signal, when === 'true' ? 'open' : 'resolved', 'rule_changed'), when),
    ];
  }
  if (when === 'unknown') return goMissing(advance);
  if (recovers(when, facts.resolveWhen)) return recover(advance);
  return stayOpen(advance, when);
}

/** Recovery needs `resolve_when` and the end of `when`; whatever is unknown holds. */
const recovers = (when: Outcome, resolveWhen: Outcome | undefined): boolean =>
  when === 'false' && (resolveWhen === undefined || resolveWhen === 'true');

function recover(advance: Advance): readonly SignalStep[] {
  const { signal, rule } = advance;
  if (signal.state === 'open') {
    return [step(advance, signal, rule.keepOpenDays === 0 ? 'resolved' : 'recovering', 'condition')];
  }
  if (elapsed(advance) >= rule.keepOpenDays) return [step(advance, signal, 'resolved', 'timer')];
  return signal.missingSince === undefined ? [] : [step(advance, signal, 'recovering', 'condition')];
}

/** True again, or `resolve_when` no more: open. A rise in severity, and data that came back, are steps as well. */
function stayOpen(advance: Advance, when: Outcome): readonly SignalStep[] {
  const { signal, facts } = advance;
  const reopens =
    signal.state === 'recovering' && (when === 'true' || (when === 'false' && facts.resolveWhen === 'false'));
  const state = reopens ? 'open' : signal.state;
  const next = withRise(advance, step(advance, signal, state, 'condition'), when);
  const returned = signal.missingSince !== undefined;
  return state === signal.state && next.severity === signal.severity && !returned ? [] : [next];
}

const withRise = ({ facts }: Advance, next: SignalStep, when: Outcome): SignalStep =>
  when === 'true' && isMoreSevere(facts.severity, next.severity)
    ? { ...next, severity: facts.severity }
    : next;

function goMissing(advance: Advance): readonly SignalStep[] {
  const { signal, day } = advance;
  if (signal.missingSince === undefined) {
    return [{ ...step(advance, signal, signal.state, 'missing'), missingSince: day }];
  }
  if (daysBetween(signal.missingSince, day) < MISSING_DAYS) return [];
  return [step(advance, signal, 'resolved', 'missing')];
}

function coolDown(advance: Advance): readonly SignalStep[] {
  const { signal, rule } = advance;
  if (elapsed(advance) < Math.max(1, rule.cooldownDays)) return [];
  const idle = step(advance, signal, 'none', 'timer');
  return [idle, ...start(advance, idle)];
}

/** Local days since the signal entered its state. */
const elapsed = ({ signal, day }: Advance): number =>
  signal.since === undefined ? 0 : daysBetween(signal.since, day);

const isMoreSevere = (a: Severity, b: Severity): boolean => SEVERITIES.indexOf(a) < SEVERITIES.indexOf(b);

function open(advance: Advance, signal: Signal, reason: TransitionReason): SignalStep {
  const { rule, facts } = advance;
  const openings = signal.openings + 1;
  const episode = identifyEpisode(signal.accountId, originalName(rule), openings);
  return { ...step(advance, signal, 'open', reason), openings, episode, severity: facts.severity };
}

const step = (advance: Advance, signal: Signal, to: SignalState, reason: TransitionReason): SignalStep =>
  enter({ ...signal, rule: advance.rule.name }, to, {
    day: advance.day,
    reason,
    ruleHash: advance.rule.conditionHash,
  });

/** Entering the state that it is in already keeps its clock. */
function enter(
  signal: Signal,
  to: SignalState,
  {
    day,
    reason,
    ruleHash,
  }: { readonly day: Day; readonly reason: TransitionReason; readonly ruleHash: string },
): SignalStep {
  return {
    ...signal,
    from: signal.state,
    state: to,
    step: signal.step + 1,
    since: to === signal.state ? signal.since : day,
    missingSince: undefined,
    reason,
    ruleHash,
  };
}

/** A signal that never was. */
export const noSignal = (accountId: AccountId, rule: RuleName): Signal => ({
  accountId,
  rule,
  kind: '',
  state: 'none',
  step: 0,
  openings: 0,
  episode: undefined as EpisodeId | undefined,
  since: undefined,
  missingSince: undefined,
  severity: 'low',
  reason: undefined,
  ruleHash: '',
});
