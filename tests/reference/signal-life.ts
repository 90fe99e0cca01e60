// The life of a signal, §6: what one close makes of one rule and account.
import type { Look, Outcome } from './look.ts';
import { asDays, isMap, type PlainMap } from './plain.ts';

type State = 'none' | 'pending' | 'open' | 'recovering' | 'resolved';

export interface SignalLife {
  readonly state: State;
  /** Day on which the state was entered. */
  readonly since: number;
  /** Day since which `when` has been unknown while open. */
  readonly missingSince: number | undefined;
  /** The most severe of the episode so far. */
  readonly severity: string;
  /** It was true already when the rule was new. */
  readonly baseline: boolean;
}

export interface Move {
  readonly day: number;
  readonly from: State;
  readonly to: State;
  readonly reason: string;
  readonly severity: string;
}

export const UNBORN: SignalLife = {
  state: 'none',
  since: Number.NEGATIVE_INFINITY,
  missingSince: undefined,
  severity: 'medium',
  baseline: false,
};

/** Most severe first. */
const SEVERITIES = ['critical', 'high', 'medium', 'low'];
const MISSING_DAYS = 30;

interface Found {
  readonly day: number;
  readonly who: Outcome;
  readonly when: Outcome;
  readonly resolveWhen: Outcome | undefined;
  readonly severity: string;
  readonly forDays: number;
  readonly keepOpen: number;
  readonly cooldown: number;
  /** True at the rule's first close for an account that was known before the rule. */
  readonly isNew: boolean;
}

export interface Advanced {
  readonly life: SignalLife;
  readonly moves: readonly Move[];
}

export function advanceLife(life: SignalLife, look: Look, rule: PlainMap, isNew: boolean): Advanced {
  return advance(life, find(look, rule, isNew));
}

/** Of an account of which nothing is left: as one that left the rule. */
export const leaveLife = (life: SignalLife, day: number, rule: PlainMap): Advanced =>
  advance(life, {
    ...{ day, who: false, when: false, resolveWhen: undefined, severity: 'low', isNew: false },
    ...{ forDays: 0, keepOpen: 0, cooldown: asDays(rule.cooldown ?? 0) },
  });

function advance(life: SignalLife, found: Found): Advanced {
  switch (life.state) {
    case 'none':
      return start(life, found);
    case 'pending':
      return wait(life, found);
    case 'open':
    case 'recovering':
      return live(life, found);
    case 'resolved': {
      // With a cooldown of 0 it is none at the next close.
      if (found.day - life.since < Math.max(1, found.cooldown)) return { life, moves: [] };
      const idle = move(life, found, 'none', 'timer');
      const again = start(idle.life, found);
      return { life: again.life, moves: [...idle.moves, ...again.moves] };
    }
  }
}

function find(look: Look, rule: PlainMap, isNew: boolean): Found {
  const who = rule.who === undefined ? true : look.holds(rule.who);
  const when = look.holds(rule.when ?? null);
  const unknown = { true: true, false: false, hold: null }[String(rule.if_missing ?? 'hold')] ?? null;
  return {
    day: look.day,
    who,
    when: when === null ? unknown : when,
    resolveWhen: rule.resolve_when === undefined ? undefined : look.holds(rule.resolve_when),
    severity: severityOf(look, rule),
    forDays: asDays(rule.for ?? 0),
    keepOpen: asDays(rule.keep_open ?? 0),
    cooldown: asDays(rule.cooldown ?? 0),
    isNew: isNew && rule.on_create !== 'notify',
  };
}

/** The most severe that is certainly true. */
function severityOf(look: Look, { severity }: PlainMap): string {
  if (!isMap(severity)) return String(severity ?? 'medium');
  const held = SEVERITIES.filter(
    (name) => severity[name] !== undefined && look.holds(severity[name]) === true,
  );
  return held[0] ?? 'medium';
}

function start(life: SignalLife, found: Found): Advanced {
  if (found.who !== true || found.when !== true) return { life, moves: [] };
  const reason = found.isNew ? 'baseline' : 'condition';
  if (found.forDays === 0) return open(life, found, reason);
  const waiting = move(life, found, 'pending', reason);
  return { ...waiting, life: { ...waiting.life, baseline: found.isNew } };
}

function wait(life: SignalLife, found: Found): Advanced {
  if (found.who === false) return move(life, found, 'none', 'left');
  // An account of which `who` is unknown is not decided upon.
  if (found.who === null || found.when === null) return { life, moves: [] };
  if (!found.when) return move(life, found, 'none', 'condition');
  if (found.day - life.since < found.forDays) return { life, moves: [] };
  return open(life, found, life.baseline ? 'baseline' : 'timer');
}

function open(life: SignalLife, found: Found, reason: string): Advanced {
  return move({ ...life, severity: found.severity }, found, 'open', reason);
}

function live(life: SignalLife, found: Found): Advanced {
  if (found.who === false) return move(life, found, 'resolved', 'left');
  if (found.who === null) return { life, moves: [] };
  if (found.when === null) return goMissing(life, found);
  const recovers = !found.when && (found.resolveWhen === undefined || found.resolveWhen === true);
  if (recovers) return recover(life, found);
  return stay(life, found);
}

/** Thirty days of unknown end it. */
function goMissing(life: SignalLife, found: Found): Advanced {
  if (life.missingSince === undefined) {
    const noted = move(life, found, life.state, 'missing');
    return { ...noted, life: { ...noted.life, missingSince: found.day } };
  }
  if (found.day - life.missingSince < MISSING_DAYS) return { life, moves: [] };
  return move(life, found, 'resolved', 'missing');
}

function recover(life: SignalLife, found: Found): Advanced {
  if (life.state === 'open')
    return move(life, found, found.keepOpen === 0 ? 'resolved' : 'recovering', 'condition');
  if (found.day - life.since >= found.keepOpen) return move(life, found, 'resolved', 'timer');
  return life.missingSince === undefined ? { life, moves: [] } : move(life, found, 'recovering', 'condition');
}

/** True again, or `resolve_when` no more, is open. A rise in severity and known data again are told as well. */
function stay(life: SignalLife, found: Found): Advanced {
  const rises = found.when === true && SEVERITIES.indexOf(found.severity) < SEVERITIES.indexOf(life.severity);
  const reopens = life.state === 'recovering' && (found.when === true || found.resolveWhen === false);
  if (!rises && !reopens && life.missingSince === undefined) return { life, moves: [] };
  const severity = rises ? found.severity : life.severity;
  return move({ ...life, severity }, found, reopens ? 'open' : life.state, 'condition');
}

/** Entering the state that it is in keeps its clock. */
function move(life: SignalLife, { day }: Found, to: State, reason: string): Advanced {
  const since = to === life.state ? life.since : day;
  return {
    life: { ...life, state: to, since, missingSince: undefined },
    moves: [{ day, from: life.state, to, reason, severity: life.severity }],
  };
}
