// Makes a Look: one account as of the end of one day, over what was received and what earlier closes decided.
import { championSubject } from './advance-champion.ts';
import { type Calendar, textToDay } from './calendar.ts';
import { evaluateCondition } from './evaluate-condition.ts';
import { evaluateGrade, evaluateScore } from './evaluate-score.ts';
import type { Facts } from './facts.ts';
import { type ChampionState, type Look, traitOf, type Value } from './look.ts';
import { evaluateMetric, slackOf } from './metrics/evaluate-metric.ts';
import { isMap, type Plain, type PlainRuleset } from './plain.ts';
import type { Memory } from './remember.ts';
import { textToNumber } from './test-value.ts';

/** What earlier closes decided. */
export interface Past {
  /** Whether the signal was open after the close of a day; the latest close up to it. */
  signalIsOpen(account: string, rule: string, day: number): boolean;
  /** That the rule's life in the account is no longer comparable. */
  isDoubtful(account: string, rule: string): boolean;
  openings(account: string, rule: string): readonly number[];
  champion(account: string, day: number): ChampionState;
}

export interface Closing {
  readonly rules: PlainRuleset;
  readonly facts: Facts;
  readonly calendar: Calendar;
  readonly memory: Memory;
  readonly past: Past;
}

export function lookAt(closing: Closing, account: string, day: number): Look {
  const { rules, facts, calendar, memory, past } = closing;
  const firstSeen = facts.firstSeen.get(account) ?? Number.POSITIVE_INFINITY;
  const remember = <T>(what: Plain, make: () => T) =>
    memory.remember(JSON.stringify([account, day, what]), make);
  const watch = (rule: string) => {
    if (past.isDoubtful(account, rule)) memory.doubt();
  };
  const look: Look = {
    rules,
    facts,
    calendar,
    account,
    day,
    firstDay: calendar.dayOf(firstSeen),
    at: (other) => lookAt(closing, account, other),
    others: () =>
      existingAt(closing, day)
        .filter((other) => other !== account)
        .map((other) => lookAt(closing, other, day)),
    number: (metric) => remember({ number: metric }, () => numberOf(look, metric)),
    subject: (name) => remember({ subject: name }, () => subjectOf(look, name)),
    holds: (condition) => remember({ condition }, () => evaluateCondition(look, condition)),
    definition: (metric) => {
      if (isMap(metric)) return metric;
      const named = rules.metrics?.[String(metric)];
      return isMap(named) ? named : undefined;
    },
    score: (name) => remember({ score: name }, () => evaluateScore(look, name)),
    signalIsOpen(rule) {
      watch(rule);
      return past.signalIsOpen(account, rule, day - 1);
    },
    openings(rule) {
      watch(rule);
      return past.openings(account, rule);
    },
    championState: () => past.champion(account, day),
    doubt: memory.doubt,
  };
  return look;
}

/** An account is there from its first event, membership or group call on. */
export const existingAt = (
  { facts, calendar }: Pick<Closing, 'facts' | 'calendar'>,
  day: number,
): readonly string[] =>
  [...facts.firstSeen.keys()]
    .filter((account) => (facts.firstSeen.get(account) ?? 0) <= calendar.endOf(day))
    .sort();

function numberOf(look: Look, metric: Plain): number | null {
  if (typeof metric === 'number') return metric;
  const definition = look.definition(metric);
  if (definition !== undefined) return evaluateMetric(look, definition);
  const { kind, value } = look.subject(String(metric));
  return kind === 'number' || value === null ? (value as number | null) : textToNumber(value);
}

function subjectOf(look: Look, name: string): Value {
  const definition = look.definition(name);
  if (definition !== undefined) {
    const value = look.number(name);
    return { kind: 'number', value, slack: value === null ? 0 : slackOf(definition, value) };
  }
  const [family, rest] = [name.slice(0, name.indexOf('.')), name.slice(name.indexOf('.') + 1)];
  switch (family) {
    case 'account':
      return rest === 'age_days' ? exactly(ageDays(look)) : text(traitOf(look, rest));
    case 'score': {
      const { total } = look.score(rest);
      return exactly(total === null ? null : total / 100);
    }
    case 'band':
      return text(look.score(rest).band);
    case 'grade':
      return text(evaluateGrade(look, rest));
    case 'signal':
      return text(look.signalIsOpen(rest) ? 'open' : 'closed');
    case 'champion': {
      const said = championSubject(look, rest);
      return said.number === undefined ? text(said.text ?? null) : exactly(said.number);
    }
    default:
      throw new Error(`no subject ${name}`);
  }
}

const exactly = (value: number | null): Value => ({ kind: 'number', value, slack: 0 });
const text = (value: string | null): Value => ({ kind: 'text', value });

/** From the trait `created_at`, else from the day on which the account was first heard of. */
function ageDays(look: Look): number {
  const created = traitOf(look, 'created_at');
  return look.day - ((created === null ? null : textToDay(created, look.calendar)) ?? look.firstDay);
}
