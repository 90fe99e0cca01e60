// The table of the language's page, §6, line by line: what each transition says of why it was taken, and which clock
// it keeps.
import { describe, expect, it } from 'vitest';
import type { AccountId, RuleName } from '../../../src/model/ids.ts';
import { addDays } from '../../../src/model/time.ts';
import type { SignalTiming } from '../../../src/scoring/advance-signal.ts';
import { identifyEpisode } from '../../../src/scoring/identify-episode.ts';
import { DAY_ONE, type DayFacts, live, when } from './signal-builder.ts';

/** `from>to reason` of every step, by close. */
const told = (days: readonly DayFacts[], rule: Partial<SignalTiming> = {}) =>
  live(days, rule).map((steps) => steps.map(({ from, state, reason }) => `${from}>${state} ${reason}`));

describe('the reason of a transition', () => {
  it('is the condition where it began or ended, and the timer where time completed it', () => {
    expect(
      told(when('true', 'true', 'false', 'false', 'false', 'false'), {
        forDays: 1,
        keepOpenDays: 1,
        cooldownDays: 2,
      }),
    ).toEqual([
      ['none>pending condition'],
      ['pending>open timer'],
      ['open>recovering condition'],
      ['recovering>resolved timer'],
      [],
      ['resolved>none timer'],
    ]);
  });

  it('is the condition for a wait that is broken off, and for a signal that is true again', () => {
    expect(told(when('true', 'false'), { forDays: 3 })[1]).toEqual(['pending>none condition']);
    expect(told(when('true', 'false', 'true'), { keepOpenDays: 3 })[2]).toEqual([
      'recovering>open condition',
    ]);
  });

  it('is that the account left, whatever state the signal is in', () => {
    const leaves = { who: 'false', when: 'true' } as const;
    expect(told([{ when: 'true' }, leaves], { forDays: 3 })[1]).toEqual(['pending>none left']);
    expect(told([{ when: 'true' }, leaves])[1]).toEqual(['open>resolved left']);
    expect(told([{ when: 'true' }, { when: 'false' }, leaves], { keepOpenDays: 3 })[2]).toEqual([
      'recovering>resolved left',
    ]);
  });

  it('is the changed rule for all that is open, and anything but true ends it', () => {
    const changed = { conditionHash: 'h2' };
    const open = { when: 'true' } as const;
    expect(told([open, { when: 'unknown', rule: changed }])[1]).toEqual(['open>resolved rule_changed']);
    expect(told([open, { when: 'unknown', rule: { ...changed, ifMissing: 'true' } }])[1]).toEqual([
      'open>open rule_changed',
    ]);
    expect(told([open, { when: 'false' }, { when: 'true', rule: changed }], { keepOpenDays: 3 })[2]).toEqual([
      'recovering>open rule_changed',
    ]);
  });
});

describe('a clock', () => {
  it('of for begins anew when the wait is broken off', () => {
    expect(told(when('true', 'true', 'false', 'true', 'true', 'true'), { forDays: 2 }).flat()).toEqual([
      'none>pending condition',
      'pending>none condition',
      'none>pending condition',
      'pending>open timer',
    ]);
  });

  it('of keep_open begins anew after the signal was open again', () => {
    const days = live(when('true', 'false', 'true', 'false', 'false', 'false'), { keepOpenDays: 2 });
    expect(days[3]?.[0]).toMatchObject({ state: 'recovering', since: addDays(DAY_ONE, 3) });
    expect(days[4]).toEqual([]);
    expect(days[5]?.[0]).toMatchObject({ state: 'resolved' });
  });

  it('of an open signal is not touched by a rise, by missing data, nor by its coming back', () => {
    const days = live([
      { when: 'true' },
      { when: 'true', severity: 'high' },
      { when: 'unknown' },
      { when: 'true' },
    ]);
    expect(days.flat().map(({ since }) => since)).toEqual(Array.from({ length: 4 }, () => DAY_ONE));
  });

  it('of a cooldown of zero runs until the next close, at which it may open again', () => {
    expect(told(when('true', 'false', 'true'))).toEqual([
      ['none>open condition'],
      ['open>resolved condition'],
      ['resolved>none timer', 'none>open condition'],
    ]);
  });

  it('is not stopped by unknown, which completes it no more than it opens anything', () => {
    expect(told(when('unknown', 'unknown'))).toEqual([[], []]);
    expect(told(when('true', 'unknown', 'true'), { forDays: 2 })[2]).toEqual(['pending>open timer']);
    expect(
      told([{ when: 'true' }, { who: 'unknown', when: 'true' }, { when: 'true' }], { forDays: 1 }),
    ).toEqual([['none>pending condition'], [], ['pending>open timer']]);
  });
});

it('an unknown resolve_when neither ends a recovery nor completes one', () => {
  const facts = (resolveWhen: 'true' | 'unknown' | 'false') => ({ when: 'false', resolveWhen }) as const;
  expect(
    told([{ when: 'true' }, facts('true'), facts('unknown'), facts('unknown'), facts('true')], {
      keepOpenDays: 2,
    }),
  ).toEqual([['none>open condition'], ['open>recovering condition'], [], [], ['recovering>resolved timer']]);
});

describe('data that goes missing', () => {
  it('is told once, told when it comes back, and counted anew after that', () => {
    const days = live(when('true', 'unknown', 'unknown', 'true', 'unknown'));
    expect(days.map((steps) => steps.map(({ reason, missingSince }) => [reason, missingSince]))).toEqual([
      [['condition', undefined]],
      [['missing', addDays(DAY_ONE, 1)]],
      [],
      [['condition', undefined]],
      [['missing', addDays(DAY_ONE, 4)]],
    ]);
  });

  it('keeps a signal recovering, and lets it end by the clock of before when it comes back', () => {
    const days = told(when('true', 'false', 'unknown', 'false', 'false'), { keepOpenDays: 3 });
    expect(days).toEqual([
      ['none>open condition'],
      ['open>recovering condition'],
      ['recovering>recovering missing'],
      ['recovering>recovering condition'],
      ['recovering>resolved timer'],
    ]);
  });
});

describe('the severity of an episode', () => {
  it('rises only while the condition is true', () => {
    const days = live([{ when: 'true' }, { when: 'false', severity: 'critical' }], { keepOpenDays: 3 });
    expect(days[1]?.map(({ state, severity }) => [state, severity])).toEqual([['recovering', 'medium']]);
    const held = { when: 'false', resolveWhen: 'false', severity: 'critical' } as const;
    expect(told([{ when: 'true' }, held])[1]).toEqual([]);
  });

  it('begins anew with the next episode', () => {
    const days = live([
      { when: 'true', severity: 'high' },
      { when: 'false' },
      { when: 'true', severity: 'low' },
    ]);
    expect(days[2]?.at(-1)).toMatchObject({ state: 'open', severity: 'low', openings: 2 });
  });
});

describe('the id of an episode', () => {
  const acme = 'acme' as AccountId;
  const name = (text: string) => text as RuleName;
  const opened = (rule: Partial<SignalTiming>) => live(when('true'), rule)[0]?.[0]?.episode;

  it('is made from the account, the first name of the rule and the number of the opening', () => {
    expect(opened({})).toBe(identifyEpisode(acme, name('goes_quiet'), 1));
    expect(opened({ was: name('silent') })).toBe(identifyEpisode(acme, name('silent'), 1));
    expect(opened({ was: name('silent'), wasBefore: [name('mute'), name('idle')] })).toBe(
      identifyEpisode(acme, name('idle'), 1),
    );
    const ids = [
      identifyEpisode(acme, name('a'), 1),
      identifyEpisode(acme, name('a'), 2),
      identifyEpisode(acme, name('b'), 1),
      identifyEpisode('zeta' as AccountId, name('a'), 1),
    ];
    expect(new Set(ids).size).toBe(4);
  });
});
