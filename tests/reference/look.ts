// One account as of the end of one day: what every part of the reference asks, and through which the parts reach
// each other. An anchor of the language is a Look: `at` gives the same account as it was on another day.
import type { Calendar } from './calendar.ts';
import type { Facts } from './facts.ts';
import type { Plain, PlainMap, PlainRuleset } from './plain.ts';

/** True, false or unknown. */
export type Outcome = boolean | null;

export type Value =
  | {
      readonly kind: 'number';
      readonly value: number | null /** Half-width of what it may be off by. */;
      readonly slack: number;
    }
  | { readonly kind: 'text'; readonly value: string | null };

export interface PartResult {
  readonly part: string;
  /** Hundredths; null when the part is missing. */
  readonly points: number | null;
}

export interface ScoreResult {
  /** Hundredths; null when too little is known, or for accounts that `who` leaves out. */
  readonly total: number | null;
  /** Share of the weights that is not missing. */
  readonly coverage: number;
  /** With caps, the last one is called `cap` and holds what they took away. */
  readonly parts: readonly PartResult[];
  readonly band: string | null;
}

export interface ChampionState {
  readonly champion: string | null;
  /** Candidate that was ahead by enough at this close. */
  readonly challenger: string | null;
  readonly changed: boolean;
}

export interface Look {
  readonly rules: PlainRuleset;
  readonly facts: Facts;
  readonly calendar: Calendar;
  readonly account: string;
  /** The last day that counts; at a close also the last closed one. */
  readonly day: number;
  /** Of the account: local day on which it was first heard of. */
  readonly firstDay: number;
  at(day: number): Look;
  /** Other accounts that exist at the end of the day. */
  others(): readonly Look[];
  /** METRIC: a name, `account.TRAIT`, `score.NAME`, or a metric in place; a number as it stands. */
  number(metric: Plain): number | null;
  /** The value of what a condition may test. */
  subject(name: string): Value;
  holds(condition: Plain): Outcome;
  /** The map of a metric that is named or stands in place; undefined for traits and scores. */
  definition(metric: Plain): PlainMap | undefined;
  score(name: string): ScoreResult;
  /** `open` and `recovering` are open; as of the close before `day`. */
  signalIsOpen(rule: string): boolean;
  /** Days on which the rule's signal opened. */
  openings(rule: string): readonly number[];
  /** As of the close of `day`, which is the one being made or none. */
  championState(): ChampionState;
  /** Says that what is being computed is nearer to a threshold than numbers are exact. */
  doubt(): void;
}

export const traitOf = ({ facts, account, calendar, day }: Look, trait: string): string | null =>
  traitIn(facts.accountTraits, account, { trait, at: calendar.endOf(day) });

export const userTraitOf = ({ facts, calendar, day }: Look, user: string, trait: string): string | null =>
  user === '' ? null : traitIn(facts.userTraits, user, { trait, at: calendar.endOf(day) });

function traitIn(
  history: Facts['accountTraits'],
  owner: string,
  { trait, at }: { readonly trait: string; readonly at: number },
): string | null {
  const values = history.get(owner)?.get(trait) ?? [];
  return values.filter((value) => value.at <= at).at(-1)?.text ?? null;
}
