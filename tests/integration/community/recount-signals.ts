// The two rules of examples/community counted by hand: for each account and day the numbers from the plain events,
// then the life of its signals as docs/rules.md tells it. Shares no code with what it is held against.
import type { Recount } from './read-community.ts';

/** `day account rule from>to reason`, only where the state changed. */
export type Move = string;

export interface RecountedDays {
  /** Both included. */
  readonly from: string;
  readonly to: string;
}

interface DayOfAccount {
  readonly day: number;
  readonly users: Set<string>;
  patches: number;
}

interface Truths {
  /** Undefined: unknown. */
  readonly when: boolean | undefined;
  readonly resolve: boolean | undefined;
}

interface HandRule {
  readonly name: string;
  readonly keepOpen: number;
  readonly cooldown: number;
  readonly judge: (days: readonly DayOfAccount[], today: number, firstDay: number) => Truths;
}

const numberOf = (day: string): number => Date.parse(`${day}T00:00:00Z`) / 86_400_000;
const textOf = (day: number): string => new Date(day * 86_400_000).toISOString().slice(0, 10);

const RULES: readonly HandRule[] = [
  {
    name: 'falls_silent',
    keepOpen: 7,
    cooldown: 30,
    judge: (days, today) => {
      const last = days.filter(({ day }) => day <= today).at(-1);
      if (last === undefined) return { when: false, resolve: undefined };
      const idle = today - last.day;
      const active = days.filter(({ day }) => day <= today && day > today - 364).length;
      return { when: idle >= 90 && active >= 10, resolve: idle <= 14 };
    },
  },
  {
    name: 'takes_off',
    keepOpen: 14,
    cooldown: 90,
    judge: (days, today, firstDay) => {
      const quarter = days.filter(({ day }) => day <= today && day > today - 91);
      const before = days.filter(({ day }) => day <= today - 91 && day > today - 182);
      const people = new Set(quarter.flatMap(({ users }) => [...users])).size;
      const base = patchesOf(before);
      // Two whole quarters must lie in the account's life, and the first must be worth comparing with.
      const growth = firstDay > today - 181 || base < 5 ? undefined : (patchesOf(quarter) - base) / base;
      const enough = people >= 3;
      const twice = growth === undefined ? undefined : growth >= 1;
      return {
        when: twice === false || !enough ? false : twice,
        resolve: growth === undefined ? undefined : growth < 0.25,
      };
    },
  },
];

const patchesOf = (days: readonly DayOfAccount[]): number =>
  days.reduce((sum, { patches }) => sum + patches, 0);

/** Sorted. On the first of the days, what is true already is `baseline`. */
export function recountSignals({ events, firstDays }: Recount, { from, to }: RecountedDays): readonly Move[] {
  const accounts = new Map<string, Map<number, DayOfAccount>>();
  for (const { account, user, event, day: text } of events) {
    if (account === '') continue;
    const days = accounts.get(account) ?? new Map<number, DayOfAccount>();
    accounts.set(account, days);
    const day = numberOf(text);
    const found = days.get(day) ?? { day, users: new Set<string>(), patches: 0 };
    days.set(day, found);
    if (user !== '') found.users.add(user);
    if (event === 'patch_authored') found.patches++;
  }
  const moves: Move[] = [];
  for (const [account, byDay] of accounts) {
    const days = [...byDay.values()].sort((a, b) => a.day - b.day);
    const firstDay = numberOf(firstDays.get(account) ?? from);
    for (const rule of RULES) {
      const life = new HandSignal(rule, `${account} ${rule.name}`, moves);
      for (let day = numberOf(from); day <= numberOf(to); day++) {
        if (day < firstDay) continue;
        life.close(day, rule.judge(days, day, firstDay), day === numberOf(from));
      }
    }
  }
  return moves.sort();
}

class HandSignal {
  readonly #rule: HandRule;
  readonly #label: string;
  readonly #moves: Move[];
  #state = 'none';
  #since = 0;
  #unknownSince: number | undefined;

  constructor(rule: HandRule, label: string, moves: Move[]) {
    this.#rule = rule;
    this.#label = label;
    this.#moves = moves;
  }

  close(day: number, { when, resolve }: Truths, isFirst: boolean): void {
    if (this.#state === 'resolved' && day - this.#since >= this.#rule.cooldown)
      this.#go(day, 'none', 'timer');
    if (this.#state === 'none') {
      if (when === true) this.#go(day, 'open', isFirst ? 'baseline' : 'condition');
      return;
    }
    if (this.#state === 'resolved') return;
    if (when === undefined) {
      this.#unknownSince ??= day;
      if (day - this.#unknownSince >= 30) this.#go(day, 'resolved', 'missing');
      return;
    }
    this.#unknownSince = undefined;
    if (when || resolve === false) {
      if (this.#state === 'recovering') this.#go(day, 'open', 'condition');
    } else if (resolve === true && this.#state === 'open') {
      this.#go(day, 'recovering', 'condition');
    } else if (resolve === true && day - this.#since >= this.#rule.keepOpen) {
      this.#go(day, 'resolved', 'timer');
    }
  }

  #go(day: number, state: string, reason: string): void {
    this.#moves.push(`${textOf(day)} ${this.#label} ${this.#state}>${state} ${reason}`);
    this.#state = state;
    this.#since = day;
    this.#unknownSince = undefined;
  }
}
