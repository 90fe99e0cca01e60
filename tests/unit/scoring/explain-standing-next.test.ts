// What explain says of the next close is what the next close does: the sentence is held against the machine itself.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AccountId, RuleName } from '../../../src/model/ids.ts';
import type { Outcome, Signal, SignalState } from '../../../src/model/signal.ts';
import { addDays, type Day } from '../../../src/model/time.ts';
import { advanceAtClose, noSignal, type SignalTiming } from '../../../src/scoring/advance-signal.ts';
import { explainStanding, type Standing } from '../../../src/scoring/explain-standing.ts';
import { DAY_ONE, timing } from './signal-builder.ts';

const NEXT = addDays(DAY_ONE, 100);

interface Case extends Pick<Standing['facts'], 'who' | 'when' | 'resolveWhen'> {
  readonly state: SignalState;
  readonly ifMissing: SignalTiming['ifMissing'];
  readonly forDays: number;
  readonly keepOpenDays: number;
  readonly cooldownDays: number;
  readonly changed: boolean;
  /** Closes since it entered its state. */
  readonly age: number;
  /** Closes since its values went missing. */
  readonly missing: number | undefined;
  readonly kind: 'close' | 'tick';
}

const STATES = ['none', 'pending', 'open', 'recovering', 'resolved'] as const;
const OUTCOMES = ['true', 'false', 'unknown'] as const;
const RESOLVE = [...OUTCOMES, undefined];
const IF_MISSING = ['hold', 'false', 'true'] as const;

const ruleOf = ({ forDays, keepOpenDays, cooldownDays, ifMissing, changed }: Case): SignalTiming =>
  timing({ forDays, keepOpenDays, cooldownDays, ifMissing, conditionHash: changed ? 'h2' : 'h1' });

function signalOf({ state, age, missing }: Case): Signal {
  const never = noSignal('acme' as AccountId, 'goes_quiet' as RuleName);
  if (state === 'none') return never;
  const since = addDays(NEXT, -age);
  const alive = state === 'open' || state === 'recovering';
  const missingSince = alive && missing !== undefined ? addDays(NEXT, -missing) : undefined;
  return { ...never, state, step: 1, openings: 1, since, missingSince, ruleHash: 'h1' };
}

/** The state after each close, from the next one on, were the outcomes to stay as they are. */
function live(one: Case, closes: number): readonly SignalState[] {
  let signal = signalOf(one);
  return Array.from({ length: closes }, (_, offset) => {
    const day = addDays(NEXT, offset);
    const facts = { ...one, severity: 'low' as const };
    signal = advanceAtClose({ signal, rule: ruleOf(one), facts, day, baseline: false }).at(-1) ?? signal;
    return signal.state;
  });
}

const tell = (one: Case): string | undefined =>
  explainStanding(ruleOf(one), { signal: signalOf(one), facts: one, day: NEXT, kind: one.kind });

const VERBS: Readonly<Record<string, SignalState>> = {
  'opens it': 'open',
  'makes it pending': 'pending',
  'makes it recovering': 'recovering',
  'resolves it': 'resolved',
  'ends its wait': 'none',
};
const VERB = Object.keys(VERBS).join('|');

/** What a sentence says that closes do, by the day. */
function readTold(one: Case, told: string): readonly { readonly day: Day; readonly state: SignalState }[] {
  const pattern = new RegExp(
    `(the next close|the close of the day|(?:the close|that) of (\\S+)) (${VERB})`,
    'g',
  );
  return [...told.matchAll(pattern)].map(([, , day, verb]) => ({
    day: (day === undefined || day === 'the' ? NEXT : day) as Day,
    state: VERBS[verb ?? ''] ?? one.state,
  }));
}

/** Undefined when the sentence is true. */
function findLie(one: Case): string | undefined {
  const told = tell(one);
  const closes = live(one, 45);
  const changes = closes.flatMap((state, offset) =>
    state === (closes[offset - 1] ?? one.state) ? [] : [{ day: addDays(NEXT, offset), state }],
  );
  const lie = () => `${JSON.stringify(one)}: told "${told}", does ${JSON.stringify(changes)}`;
  if (told === undefined) {
    // Nothing to be told of: it stays, or a resolved one that does not hold is forgotten.
    const quiet = changes.every(({ state }) => one.state === 'resolved' && state === 'none');
    return quiet ? undefined : lie();
  }
  const said = readTold(one, told);
  if (said.length === 0)
    return told.startsWith(`stays ${one.state}: `) && changes.length === 0 ? undefined : lie();
  return JSON.stringify(changes.slice(0, said.length)) === JSON.stringify(said) ? undefined : lie();
}

function everyCase(durations: readonly number[], age: number, kind: Case['kind']): readonly Case[] {
  const each = <T, R>(values: readonly T[], then: (value: T) => readonly R[]) => values.flatMap(then);
  return each(STATES, (state) =>
    each<Outcome, Case>(OUTCOMES, (who) =>
      each<Outcome, Case>(OUTCOMES, (when) =>
        each<Outcome | undefined, Case>(RESOLVE, (resolveWhen) =>
          each(IF_MISSING, (ifMissing) =>
            each([true, false], (changed) =>
              each(durations, (forDays) =>
                each(durations, (keepOpenDays) =>
                  each(durations, (cooldownDays) => [
                    {
                      ...{ state, who, when, resolveWhen, ifMissing, changed, age, kind },
                      ...{ forDays, keepOpenDays, cooldownDays, missing: undefined },
                    },
                  ]),
                ),
              ),
            ),
          ),
        ),
      ),
    ),
  );
}

describe('what explain says of the next closes', () => {
  it.each([
    ['close', 1],
    ['tick', 3],
  ] as const)(
    'is what they do, of every state, outcome and duration: a %s, %i days on',
    (kind, age) => {
      const cases = everyCase([0, 3], age, kind);
      expect(cases.length).toBe(5 * 3 * 3 * 4 * 3 * 2 * 8);
      const lies = cases.map(findLie).filter((lie) => lie !== undefined);
      expect([lies.length, ...lies.slice(0, 5)]).toEqual([0]);
    },
    60_000,
  );

  it('is what they do, however long the clocks are and however far they have run', () => {
    const clock = fc.nat({ max: 12 });
    const cases = fc.record<Case>({
      state: fc.constantFrom(...STATES),
      who: fc.constantFrom(...OUTCOMES),
      when: fc.constantFrom(...OUTCOMES),
      resolveWhen: fc.constantFrom(...RESOLVE),
      ifMissing: fc.constantFrom(...IF_MISSING),
      forDays: clock,
      keepOpenDays: clock,
      cooldownDays: clock,
      changed: fc.boolean(),
      age: fc.integer({ min: 1, max: 40 }),
      missing: fc.option(fc.integer({ min: 1, max: 40 }), { nil: undefined }),
      kind: fc.constantFrom('close', 'tick'),
    });
    fc.assert(
      fc.property(cases, (one) => {
        expect(findLie(one)).toBeUndefined();
      }),
      { numRuns: 2000 },
    );
  }, 60_000);
});
