// Why a signal is in a state that its condition alone does not explain, and what the next closes make of it: asked of
// the machine that advances signals, so that what is said is what happens. Says nothing where the state is plain.
import type { AccountId } from '../model/ids.ts';
import type { Signal } from '../model/signal.ts';
import { addDays, type Day } from '../model/time.ts';
import { advanceAtClose, noSignal, type RuleFacts, type SignalTiming } from './advance-signal.ts';

export interface Standing {
  /** Undefined for a signal that never was. */
  readonly signal: StandingSignal | undefined;
  /** Of the moment that is explained. */
  readonly facts: Omit<RuleFacts, 'severity'>;
  /** Of the next close. */
  readonly day: Day;
  /** `close`: the facts are of the close of the day before; `tick`: of a day that is still to be closed. */
  readonly kind: 'close' | 'tick';
}

type StandingSignal = Pick<Signal, 'state' | 'since' | 'reason' | 'missingSince'> & {
  /** Undefined when it is not known any more: the rule is then taken to be the same. */
  readonly ruleHash: string | undefined;
};

/** A sentence without its end; undefined where the state follows from the condition as it is shown. */
export function explainStanding(rule: SignalTiming, standing: Standing): string | undefined {
  const place = placeOf(rule, standing);
  const { signal, day, kind } = place;
  const cause = findCause(place);
  if (cause === undefined) return undefined;
  if (kind === 'close' && signal.since !== undefined && signal.since >= day)
    return `opened on ${signal.since}, by what came after the close that is shown here`;
  const change = findChange(place, signal, day);
  if (change === undefined) return `stays ${signal.state}: ${cause}`;
  return `${cause}${signal.state === 'none' && kind === 'close' ? '; ' : ': '}${tellChange(place, change)}`;
}

interface Place {
  readonly rule: SignalTiming;
  readonly signal: Signal;
  readonly facts: RuleFacts;
  /** With `if_missing` applied. */
  readonly when: RuleFacts['when'];
  readonly day: Day;
  readonly kind: Standing['kind'];
}

function placeOf(rule: SignalTiming, { signal, facts, day, kind }: Standing): Place {
  const never = noSignal('' as AccountId, rule.name);
  const known = { ...never, ...signal, ruleHash: signal?.ruleHash ?? rule.conditionHash };
  const when = facts.when === 'unknown' && rule.ifMissing !== 'hold' ? rule.ifMissing : facts.when;
  // A rise in severity is another notice, no other state.
  return { rule, signal: known, facts: { ...facts, severity: known.severity }, when, day, kind };
}

interface Change {
  readonly day: Day;
  readonly signal: Signal;
}

/** Longer than values may be missing, added to the rule's own clocks: whatever has not changed by then stays. */
const BEYOND_DAYS = 32;

/** The first close from a day on that puts it into another state, were the outcomes to stay as they are. */
function findChange({ rule, facts }: Place, signal: Signal, from: Day): Change | undefined {
  const longest = Math.max(rule.forDays, rule.keepOpenDays, rule.cooldownDays) + BEYOND_DAYS;
  let current = signal;
  for (let offset = 0; offset <= longest; offset += 1) {
    const day = addDays(from, offset);
    current = advanceAtClose({ signal: current, rule, facts, day, baseline: false }).at(-1) ?? current;
    if (current.state !== signal.state) return { day, signal: current };
  }
  return undefined;
}

function findCause(place: Place): string | undefined {
  const { facts, when, signal } = place;
  const holds = facts.who === 'true' && when === 'true';
  switch (signal.state) {
    case 'none':
      return holds ? describeUnopened(place) : undefined;
    case 'resolved':
      return holds ? `${tellHolding(place)}${place.rule.cooldownDays === 0 ? '' : ', but rests'}` : undefined;
    case 'pending':
      return findDoubt(place) ?? (holds ? tellHolding(place) : tellEnded(place));
    case 'open':
    case 'recovering':
      return describeAlive(place);
  }
}

function describeUnopened(place: Place): string {
  if (place.kind === 'tick') return `${tellHolding(place)}, but is not open yet`;
  return `${tellHolding(place)}, but did not when the day was closed: events came later, or the rule did`;
}

/** The order is that of the machine. */
function describeAlive(place: Place): string | undefined {
  const { rule, facts, when, signal } = place;
  const doubt = findDoubt({ ...place, when: 'true' });
  if (doubt !== undefined) return doubt;
  if (signal.ruleHash !== rule.conditionHash) return describeChangedRule(when);
  if (when === 'unknown') return findDoubt(place);
  if (when === 'true')
    return signal.state === 'open' && facts.when === 'true' ? undefined : tellHolding(place);
  if (facts.resolveWhen === 'unknown') return 'it is unknown whether resolve_when holds';
  return facts.resolveWhen === 'false' ? 'resolve_when does not hold' : tellEnded(place);
}

/** Nothing is decided upon who may not be meant, or on values that are missing. */
function findDoubt({ facts, when, signal }: Place): string | undefined {
  if (facts.who === 'false') return 'the account is not meant any more';
  if (facts.who === 'unknown') return 'it is unknown whether the account is meant';
  if (when !== 'unknown') return undefined;
  const { missingSince } = signal;
  return `values ${missingSince === undefined ? 'are missing' : `have been missing since ${missingSince}`} (if_missing: hold)`;
}

function describeChangedRule(when: Place['when']): string {
  if (when === 'unknown') return 'the rule was changed, and its values are missing';
  return `the rule was changed, and ${when === 'true' ? 'holds' : 'does not hold'} as it is now`;
}

const tellHolding = ({ facts, signal }: Place): string => {
  if (facts.when === 'unknown') return 'missing values count as true (if_missing)';
  return signal.state === 'recovering' || signal.state === 'resolved' ? 'it holds again' : 'it holds';
};

const tellEnded = ({ facts }: Place): string =>
  facts.when === 'unknown' ? 'missing values count as false (if_missing)' : 'it holds no more';

function tellChange(place: Place, change: Change): string {
  const { day, signal } = change;
  const told = `${tellClose(place, change)} ${VERBS[signal.state]}${tellClock(place, place.signal, signal)}`;
  const passes = signal.state === 'pending' || signal.state === 'recovering';
  const then = passes ? findChange(place, signal, addDays(day, 1)) : undefined;
  if (then === undefined) return told;
  return `${told} and, if nothing changes, that of ${then.day} ${VERBS[then.signal.state]}${tellClock(place, signal, then.signal)}`;
}

/** Beyond the next close all rests on the outcomes staying; of missing values it is said already that they may come back. */
function tellClose({ day, kind }: Place, change: Change): string {
  if (change.day === day)
    return kind === 'close' ? 'the next close' : 'if nothing changes, the close of the day';
  return `${change.signal.reason === 'missing' ? '' : 'if nothing changes, '}the close of ${change.day}`;
}

const VERBS: Readonly<Record<Signal['state'], string>> = {
  none: 'ends its wait',
  pending: 'makes it pending',
  open: 'opens it',
  recovering: 'makes it recovering',
  resolved: 'resolves it',
};

/** What else it takes: which of the rule's clocks, or that nothing comes in. */
function tellClock({ rule }: Place, from: Signal, to: Signal): string {
  if (to.reason === 'missing') return ' unless they come back';
  if (from.state === 'pending' && to.state === 'open') return tellDays('for', rule.forDays);
  if (from.state === 'recovering' && to.reason === 'timer') return tellDays('keep_open', rule.keepOpenDays);
  return from.state === 'resolved' ? tellDays('cooldown', rule.cooldownDays) : '';
}

const tellDays = (clock: string, days: number): string =>
  days === 0 ? '' : ` (${clock}: ${days === 1 ? '1 day' : `${days} days`})`;
