import { describe, expect, it } from 'vitest';
import { addDays } from '../../../src/model/time.ts';
import type { RuleFacts, SignalTiming } from '../../../src/scoring/advance-signal.ts';
import { explainStanding, type Standing } from '../../../src/scoring/explain-standing.ts';
import { DAY_ONE, timing } from './signal-builder.ts';

type Told = Partial<NonNullable<Standing['signal']>> &
  Partial<RuleFacts> & { readonly kind?: Standing['kind'] };

/** Of 2 March, a day after the signal entered its state. */
function explain(
  { who = 'true', when = 'true', resolveWhen, kind = 'close', ...signal }: Told,
  rule: Partial<SignalTiming> = {},
): string | undefined {
  const known = { reason: 'condition', missingSince: undefined, ruleHash: 'h1', since: DAY_ONE } as const;
  return explainStanding(timing(rule), {
    signal: signal.state === undefined ? undefined : { ...known, state: signal.state, ...signal },
    facts: { who, when, resolveWhen },
    day: addDays(DAY_ONE, 1),
    kind,
  });
}

describe('why a signal stands where it does', () => {
  it('is plain where the state follows from the condition', () => {
    expect(explain({ state: 'open' })).toBeUndefined();
    expect(explain({ when: 'false' })).toBeUndefined();
    expect(explain({ state: 'resolved', when: 'unknown' })).toBeUndefined();
    expect(explain({ who: 'false' })).toBeUndefined();
  });

  it.each<[Told, Partial<SignalTiming>, string]>([
    [
      {},
      {},
      'it holds, but did not when the day was closed: events came later, or the rule did; the next close opens it',
    ],
    [
      {},
      { forDays: 3 },
      'it holds, but did not when the day was closed: events came later, or the rule did; the next close makes it pending and, if nothing changes, that of 2026-03-05 opens it (for: 3 days)',
    ],
    [
      { kind: 'tick' },
      {},
      'it holds, but is not open yet: if nothing changes, the close of the day opens it',
    ],
    [
      { when: 'unknown', kind: 'tick' },
      { ifMissing: 'true' },
      'missing values count as true (if_missing), but is not open yet: if nothing changes, the close of the day opens it',
    ],
    [
      { state: 'pending' },
      { forDays: 3 },
      'it holds: if nothing changes, the close of 2026-03-04 opens it (for: 3 days)',
    ],
    [{ state: 'pending' }, { forDays: 1 }, 'it holds: the next close opens it (for: 1 day)'],
    [{ state: 'pending', when: 'false' }, { forDays: 3 }, 'it holds no more: the next close ends its wait'],
    [
      { state: 'pending', when: 'unknown' },
      { forDays: 3 },
      'stays pending: values are missing (if_missing: hold)',
    ],
    [{ state: 'resolved' }, {}, 'it holds again: the next close opens it'],
    [
      { state: 'resolved' },
      { forDays: 3 },
      'it holds again: the next close makes it pending and, if nothing changes, that of 2026-03-05 opens it (for: 3 days)',
    ],
    [
      { state: 'resolved' },
      { cooldownDays: 90 },
      'it holds again, but rests: if nothing changes, the close of 2026-05-30 opens it (cooldown: 90 days)',
    ],
    [
      { state: 'resolved' },
      { cooldownDays: 90, forDays: 3 },
      'it holds again, but rests: if nothing changes, the close of 2026-05-30 makes it pending (cooldown: 90 days) and, if nothing changes, that of 2026-06-02 opens it (for: 3 days)',
    ],
  ])('tells why what holds is not open: %o of %o', (standing, rule, told) => {
    expect(explain(standing, rule)).toBe(told);
  });

  it.each<[Told, Partial<SignalTiming>, string]>([
    [{ when: 'false' }, {}, 'it holds no more: the next close resolves it'],
    [
      { when: 'false' },
      { keepOpenDays: 3 },
      'it holds no more: the next close makes it recovering and, if nothing changes, that of 2026-03-05 resolves it (keep_open: 3 days)',
    ],
    [
      { when: 'false', kind: 'tick' },
      {},
      'it holds no more: if nothing changes, the close of the day resolves it',
    ],
    [
      { when: 'unknown' },
      { ifMissing: 'false' },
      'missing values count as false (if_missing): the next close resolves it',
    ],
    [{ when: 'unknown' }, { ifMissing: 'true' }, 'stays open: missing values count as true (if_missing)'],
    [
      { when: 'unknown' },
      {},
      'values are missing (if_missing: hold): the close of 2026-04-01 resolves it unless they come back',
    ],
    [
      { when: 'unknown', missingSince: DAY_ONE },
      {},
      'values have been missing since 2026-03-01 (if_missing: hold): the close of 2026-03-31 resolves it unless they come back',
    ],
    [{ who: 'false' }, {}, 'the account is not meant any more: the next close resolves it'],
    [{ who: 'unknown' }, {}, 'stays open: it is unknown whether the account is meant'],
    [{ when: 'false', resolveWhen: 'false' }, {}, 'stays open: resolve_when does not hold'],
    [{ when: 'false', resolveWhen: 'unknown' }, {}, 'stays open: it is unknown whether resolve_when holds'],
    [{ ruleHash: 'h0' }, {}, 'stays open: the rule was changed, and holds as it is now'],
    [
      { ruleHash: 'h0', when: 'false' },
      { keepOpenDays: 3 },
      'the rule was changed, and does not hold as it is now: the next close resolves it',
    ],
    [
      { ruleHash: 'h0', when: 'unknown' },
      {},
      'the rule was changed, and its values are missing: the next close resolves it',
    ],
    [{ ruleHash: undefined, when: 'false' }, {}, 'it holds no more: the next close resolves it'],
  ])('tells what becomes of what is open: %o of %o', (standing, rule, told) => {
    expect(explain({ state: 'open', ...standing }, rule)).toBe(told);
  });

  it.each<[Told, string]>([
    [
      { when: 'false' },
      'it holds no more: if nothing changes, the close of 2026-03-04 resolves it (keep_open: 3 days)',
    ],
    [{ when: 'true' }, 'it holds again: the next close opens it'],
    [{ when: 'false', resolveWhen: 'false' }, 'resolve_when does not hold: the next close opens it'],
    [{ when: 'false', resolveWhen: 'unknown' }, 'stays recovering: it is unknown whether resolve_when holds'],
    [
      { ruleHash: 'h0', when: 'true' },
      'the rule was changed, and holds as it is now: the next close opens it',
    ],
  ])('tells what becomes of what recovers: %o', (standing, told) => {
    expect(explain({ state: 'recovering', ...standing }, { keepOpenDays: 3 })).toBe(told);
  });

  it('does not judge what a tick opened after the close that is shown by the values of that close', () => {
    const since = addDays(DAY_ONE, 1);
    expect(explain({ state: 'open', since, when: 'false' })).toBe(
      'opened on 2026-03-02, by what came after the close that is shown here',
    );
    expect(explain({ state: 'open', since })).toBeUndefined();
    expect(explain({ state: 'open', since, when: 'false', kind: 'tick' })).toBe(
      'it holds no more: if nothing changes, the close of the day resolves it',
    );
  });
});
