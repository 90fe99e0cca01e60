// The reference evaluator: closes days one after the other over what has been received, slowly and obviously, and
// says every value, outcome, score, champion and move of a signal. It exists for tests alone.

import type { TimeZone } from '../../src/model/time.ts';
import { advanceChampion, candidates, NO_CHAMPION } from './advance-champion.ts';
import { startCalendar } from './calendar.ts';
import { type Facts, gatherFacts } from './facts.ts';
import type { ChampionState, Look, Outcome, ScoreResult, Value } from './look.ts';
import { type Closing, existingAt, lookAt, type Past } from './look-at-account.ts';
import { asMap, type Envelope, type PlainMap, type PlainRuleset } from './plain.ts';
import { startMemory } from './remember.ts';
import { advanceLife, leaveLife, type Move, type SignalLife, UNBORN } from './signal-life.ts';

/** `doubtful`: hangs on a value nearer to a threshold than numbers are exact, so it is not to be compared. */
export interface Judged<T> {
  readonly value: T;
  readonly doubtful: boolean;
}

export interface ClosedAccount {
  readonly metrics: ReadonlyMap<string, number | null>;
  readonly segments: ReadonlyMap<string, Judged<Outcome>>;
  readonly scores: ReadonlyMap<string, Judged<ScoreResult>>;
  readonly grades: ReadonlyMap<string, Judged<string | null>>;
  readonly champion: ChampionState;
  /** `when` of each rule, before `if_missing`. */
  readonly whens: ReadonlyMap<string, Judged<Outcome>>;
  /** Moves of this close. */
  readonly moves: ReadonlyMap<string, Judged<readonly Move[]>>;
  /** Whatever else a condition may test. */
  subject(name: string): Judged<Value>;
}

export interface ReferenceOptions {
  readonly rules: PlainRuleset;
  readonly zone: TimeZone;
  /** Accounts known before this instant are baseline at the rules' first close. Milliseconds. */
  readonly appliedAt: number;
}

interface Life {
  readonly life: SignalLife;
  readonly moves: readonly Move[];
  readonly doubtful: boolean;
}

const NEVER: Life = { life: UNBORN, moves: [], doubtful: false };

export class ReferenceEvaluator {
  readonly #options: ReferenceOptions;
  readonly #calendar;
  /** By account and rule. */
  readonly #lives = new Map<string, Life>();
  readonly #champions = new Map<string, Map<number, ChampionState>>();
  readonly #closed: number[] = [];
  /** Moves of the last close in accounts of which nothing is left, by account and rule. */
  left: ReadonlyMap<string, ReadonlyMap<string, Judged<readonly Move[]>>> = new Map();

  constructor(options: ReferenceOptions) {
    this.#options = options;
    this.#calendar = startCalendar(options.zone);
  }

  /** Closes a day with what has been received so far, in the order received. Days close in order. */
  close(day: number, received: readonly Envelope[]): ReadonlyMap<string, ClosedAccount> {
    const { rules } = this.#options;
    const facts = gatherFacts(received, this.#calendar);
    const memory = startMemory();
    const closing: Closing = { rules, facts, calendar: this.#calendar, memory, past: this.#past(facts) };
    const accounts = existingAt(closing, day);
    for (const account of accounts) this.#advanceChampion(lookAt(closing, account, day));
    // Every rule looks at the signals as the close before left them: they move together, at the end.
    const closed = accounts.map((account) => this.#closeAccount(closing, lookAt(closing, account, day)));
    accounts.forEach((account, index) => {
      for (const [rule, life] of closed[index]?.lives ?? []) this.#lives.set(key(account, rule), life);
    });
    this.left = this.#leave(new Set(accounts), day);
    this.#closed.push(day);
    return new Map(accounts.map((account, index) => [account, closed[index]?.found ?? fail(account)]));
  }

  #leave(existing: ReadonlySet<string>, day: number) {
    const rules = this.#evaluatedRules();
    const left = new Map<string, Map<string, Judged<readonly Move[]>>>();
    for (const [known, before] of this.#lives) {
      const [account = '', rule = ''] = JSON.parse(known) as readonly string[];
      if (existing.has(account)) continue;
      const { life, moves } = leaveLife(before.life, day, asMap(rules[rule]));
      this.#lives.set(known, { ...before, life, moves: [...before.moves, ...moves] });
      const own = left.get(account) ?? new Map<string, Judged<readonly Move[]>>();
      left.set(account, own.set(rule, { value: moves, doubtful: before.doubtful }));
    }
    return left;
  }

  #past(facts: Facts): Past {
    const of = (account: string, rule: string) => this.#lifeOf(account, rule);
    return {
      signalIsOpen: (account, rule, day) => {
        const last = of(account, rule)
          .moves.filter((move) => move.day <= day)
          .at(-1);
        return last?.to === 'open' || last?.to === 'recovering';
      },
      isDoubtful: (account, rule) => of(account, rule).doubtful,
      openings: (account, rule) =>
        of(account, rule)
          .moves.filter(({ from, to }) => to === 'open' && (from === 'none' || from === 'pending'))
          .map(({ day }) => day),
      champion: (account, day) => {
        const states = [...(this.#champions.get(account) ?? [])].filter(([closed]) => closed <= day);
        return byPerson(states.at(-1)?.[1] ?? NO_CHAMPION, facts);
      },
    };
  }

  #advanceChampion(look: Look): void {
    const states = this.#champions.get(look.account) ?? new Map<number, ChampionState>();
    this.#champions.set(look.account, states);
    const before = byPerson([...states.values()].at(-1) ?? NO_CHAMPION, look.facts);
    states.set(look.day, advanceChampion(before, candidates(look)));
  }

  #closeAccount({ memory }: Closing, look: Look) {
    const judge = <T>(make: () => T): Judged<T> => {
      memory.clear();
      const value = make();
      return { value, doubtful: memory.doubted() };
    };
    const each = <T>(section: PlainMap = {}, make: (name: string) => T) =>
      new Map(Object.keys(section).map((name) => [name, make(name)]));
    const { metrics, segments, scores, grades } = this.#options.rules;
    const rules = this.#evaluatedRules();
    const moved = each(rules, (name) => judge(() => this.#advance(look, name)));
    const found: ClosedAccount = {
      metrics: each(metrics, (name) => look.number(name)),
      segments: each(segments, (segment) => judge(() => look.holds({ segment }))),
      scores: each(scores, (name) => judge(() => look.score(name))),
      grades: each(grades, (name) => judge(() => look.subject(`grade.${name}`).value as string | null)),
      champion: look.championState(),
      whens: each(rules, (name) => judge(() => look.holds(asMap(rules[name]).when ?? null))),
      moves: mapValues(moved, ({ value, doubtful }, name) => ({
        value: value.moves,
        doubtful: doubtful || this.#lifeOf(look.account, name).doubtful,
      })),
      subject: (name) => judge(() => look.subject(name)),
    };
    const lives = mapValues(moved, ({ value, doubtful }, name): Life => {
      const before = this.#lifeOf(look.account, name);
      const moves = [...before.moves, ...value.moves];
      return { life: value.life, moves, doubtful: before.doubtful || doubtful };
    });
    return { found, lives };
  }

  /** Drafts are checked and not evaluated. */
  #evaluatedRules(): PlainMap {
    const all = Object.entries(this.#options.rules.rules ?? {});
    return Object.fromEntries(all.filter(([, rule]) => asMap(rule).stage !== 'draft'));
  }

  #advance(look: Look, rule: string) {
    const known = (look.facts.firstSeen.get(look.account) ?? 0) <= this.#options.appliedAt;
    const isNew = this.#closed.length === 0 && known;
    const { life } = this.#lifeOf(look.account, rule);
    return advanceLife(life, look, asMap(this.#options.rules.rules?.[rule]), isNew);
  }

  #lifeOf(account: string, rule: string): Life {
    return this.#lives.get(key(account, rule)) ?? NEVER;
  }
}

/** Whoever was joined with another since then goes by the person's id. */
function byPerson(state: ChampionState, { personOf }: Facts): ChampionState {
  const name = (user: string | null) => (user === null ? null : personOf(user));
  return { ...state, champion: name(state.champion), challenger: name(state.challenger) };
}

const key = (account: string, rule: string): string => JSON.stringify([account, rule]);

const mapValues = <A, B>(map: ReadonlyMap<string, A>, change: (value: A, key: string) => B) =>
  new Map([...map].map(([key, value]) => [key, change(value, key)]));

function fail(account: string): never {
  throw new Error(`account ${account} was not closed`);
}
