import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AccountId, RuleName } from '../../../src/model/ids.ts';
import type { Outcome, Signal } from '../../../src/model/signal.ts';
import { addDays, type Day } from '../../../src/model/time.ts';
import {
  advanceAtClose,
  advanceAtTick,
  closeDeletedRule,
  noSignal,
} from '../../../src/scoring/advance-signal.ts';
import { closeDay, DAY_ONE, live, states, timing, when } from './signal-builder.ts';

describe('the life of a signal', () => {
  it('opens at the first true close and resolves at the first false one, each in one transition', () => {
    expect(states(when('false', 'true', 'true', 'false', 'false'))).toEqual([
      'none',
      'open',
      'open',
      'resolved',
      'none',
    ]);
    expect(live(when('true'))[0]).toHaveLength(1);
  });

  it('with for: 2d, true at the closes of D, D+1 and D+2 opens at D+2', () => {
    expect(states(when('true', 'true', 'true'), { forDays: 2 })).toEqual(['pending', 'pending', 'open']);
  });

  it('forgets a wait that was broken by a close that is not true', () => {
    expect(states(when('true', 'false', 'true', 'true'), { forDays: 1 })).toEqual([
      'pending',
      'none',
      'pending',
      'open',
    ]);
  });

  it('lets unknown stop no clock and complete none', () => {
    expect(states(when('true', 'unknown', 'unknown', 'true'), { forDays: 2 })).toEqual([
      'pending',
      'pending',
      'pending',
      'open',
    ]);
    expect(states(when('true', 'false', 'unknown', 'unknown', 'false'), { keepOpenDays: 2 })).toEqual([
      'open',
      'recovering',
      'recovering',
      'recovering',
      'resolved',
    ]);
  });

  it('keeps open for keep_open, and reopens the same episode when it is true again', () => {
    const days = live(when('true', 'false', 'true', 'false', 'false', 'false'), { keepOpenDays: 2 });
    expect(days.map((steps) => steps.at(-1)?.state)).toEqual([
      'open',
      'recovering',
      'open',
      'recovering',
      undefined,
      'resolved',
    ]);
    expect(new Set(days.flat().map((step) => step.episode)).size).toBe(1);
  });

  it('recovers only when resolve_when is true and when is not, and reopens when resolve_when ends', () => {
    const facts = [
      { when: 'true', resolveWhen: 'true' },
      { when: 'false', resolveWhen: 'false' },
      { when: 'false', resolveWhen: 'unknown' },
      { when: 'false', resolveWhen: 'true' },
      { when: 'false', resolveWhen: 'false' },
    ] as const;
    expect(states(facts, { keepOpenDays: 3 })).toEqual(['open', 'open', 'open', 'recovering', 'open']);
  });

  it('rests for the cooldown before it may open again, as a new episode', () => {
    const days = live(when('true', 'false', 'true', 'true', 'true'), { cooldownDays: 3 });
    expect(days.map((steps) => steps.map((step) => step.state))).toEqual([
      ['open'],
      ['resolved'],
      [],
      [],
      ['none', 'open'],
    ]);
    expect(new Set(days.flat().map((step) => step.episode)).size).toBe(2);
  });

  it('resolves as left when the account is no longer one the rule is about, and holds while that is unknown', () => {
    const days = live([{ when: 'true' }, { who: 'unknown', when: 'false' }, { who: 'false', when: 'true' }]);
    expect(days.map((steps) => steps.map((step) => [step.state, step.reason]))).toEqual([
      [['open', 'condition']],
      [],
      [['resolved', 'left']],
    ]);
  });

  it('never opens for an account of which who is unknown, whatever if_missing says', () => {
    expect(
      states(
        [
          { who: 'unknown', when: 'true' },
          { who: 'unknown', when: 'unknown' },
        ],
        { ifMissing: 'true' },
      ),
    ).toEqual(['none', 'none']);
  });

  it('resolves as missing after thirty days of unknown, counted from a stored day', () => {
    const days = live([{ when: 'true' }, ...when(...Array.from({ length: 31 }, (): Outcome => 'unknown'))]);
    expect(days[1]?.[0]).toMatchObject({
      from: 'open',
      state: 'open',
      reason: 'missing',
      missingSince: addDays(DAY_ONE, 1),
    });
    expect(days.slice(2, 31).flat()).toEqual([]);
    expect(days[31]?.[0]).toMatchObject({ state: 'resolved', reason: 'missing' });
  });

  it('takes unknown as false or true where the rule says so', () => {
    expect(states(when('true', 'unknown'), { ifMissing: 'false' })).toEqual(['open', 'resolved']);
    expect(states(when('unknown'), { ifMissing: 'true' })).toEqual(['open']);
  });

  it('notes a rise in severity once, and a fall not at all', () => {
    const severities = ['medium', 'high', 'high', 'low', 'high', 'critical'] as const;
    const days = live(severities.map((severity) => ({ when: 'true', severity })));
    expect(days.map((steps) => steps.map((step) => step.severity))).toEqual([
      ['medium'],
      ['high'],
      [],
      [],
      [],
      ['critical'],
    ]);
  });

  it('re-evaluates open signals when the condition changed: true keeps the episode, anything else closes it', () => {
    const kept = live([
      { when: 'true' },
      { when: 'true', rule: { conditionHash: 'h2' } },
      { when: 'true', rule: { conditionHash: 'h2' } },
    ]);
    expect(kept.map((steps) => steps.map((step) => [step.state, step.reason]))).toEqual([
      [['open', 'condition']],
      [['open', 'rule_changed']],
      [],
    ]);
    const closed = live([{ when: 'true' }, { when: 'false', rule: { conditionHash: 'h2' } }], {
      keepOpenDays: 9,
    });
    expect(closed[1]?.[0]).toMatchObject({ state: 'resolved', reason: 'rule_changed' });
  });

  it('marks what was true when the rule was new as baseline, also when it had to wait', () => {
    expect(live([{ when: 'true', baseline: true }])[0]?.[0]).toMatchObject({
      state: 'open',
      reason: 'baseline',
    });
    const waited = live([{ when: 'true', baseline: true }, { when: 'true' }], { forDays: 1 });
    expect(waited[1]?.[0]).toMatchObject({ state: 'open', reason: 'baseline' });
  });

  it('closes what a deleted rule had opened, and forgets what was waiting', () => {
    const open = live(when('true'))[0]?.[0];
    const pending = live(when('true'), { forDays: 1 })[0]?.[0];
    expect(open && closeDeletedRule(open, DAY_ONE)[0]).toMatchObject({
      state: 'resolved',
      reason: 'rule_deleted',
    });
    expect(pending && closeDeletedRule(pending, DAY_ONE)[0]).toMatchObject({ state: 'none' });
    const cooling = live(when('true', 'false'), { cooldownDays: 90 })[1]?.[0];
    expect(cooling && closeDeletedRule(cooling, addDays(DAY_ONE, 1))).toEqual([]);
    expect(cooling && closeDeletedRule(cooling, addDays(DAY_ONE, 2))[0]).toMatchObject({ state: 'none' });
    expect(closeDeletedRule(noSignal('acme' as AccountId, 'r' as RuleName), DAY_ONE)).toEqual([]);
  });

  it('leaves to the close of its own day what a tick opened before the day before was closed', () => {
    const facts = { who: 'true', when: 'true', resolveWhen: undefined, severity: 'low' } as const;
    const signal = noSignal('acme' as AccountId, 'r' as RuleName);
    const [opened] = advanceAtTick({
      signal,
      rule: timing(),
      facts,
      day: addDays(DAY_ONE, 1),
      baseline: false,
    });
    const close = (day: Day) =>
      advanceAtClose({
        signal: opened ?? signal,
        rule: timing(),
        facts: { ...facts, when: 'false' },
        day,
        baseline: false,
      });
    expect(close(DAY_ONE)).toEqual([]);
    expect(close(addDays(DAY_ONE, 1)).map((step) => step.state)).toEqual(['resolved']);
  });

  it('opens early in a tick only from none and only without for', () => {
    const facts = { who: 'true', when: 'true', resolveWhen: undefined, severity: 'medium' } as const;
    const signal = noSignal('acme' as AccountId, 'goes_quiet' as RuleName);
    const tick = (from: Signal, forDays: number) =>
      advanceAtTick({ signal: from, rule: timing({ forDays }), facts, day: DAY_ONE, baseline: false });
    expect(tick(signal, 0).map((step) => step.state)).toEqual(['open']);
    expect(tick(signal, 1)).toEqual([]);
    const open = tick(signal, 0)[0];
    expect(
      open &&
        advanceAtTick({
          signal: open,
          rule: timing(),
          facts: { ...facts, when: 'false' },
          day: DAY_ONE,
          baseline: false,
        }),
    ).toEqual([]);
  });
});

describe('any life of a signal', () => {
  const outcome = fc.constantFrom<Outcome>('true', 'false', 'unknown');
  const day = fc.record({
    who: fc.oneof({ weight: 6, arbitrary: fc.constant<Outcome>('true') }, { weight: 1, arbitrary: outcome }),
    when: outcome,
    severity: fc.constantFrom('low', 'medium', 'high', 'critical'),
    rule: fc.record({
      conditionHash: fc.oneof({ weight: 9, arbitrary: fc.constant('h1') }, fc.constant('h2')),
    }),
  });
  const rule = fc.record({
    forDays: fc.nat(3),
    keepOpenDays: fc.nat(3),
    cooldownDays: fc.nat(3),
    ifMissing: fc.constantFrom('hold' as const, 'true' as const, 'false' as const),
  });
  const EDGES = new Set([
    'none>pending',
    'none>open',
    'pending>open',
    'pending>none',
    'open>recovering',
    'open>resolved',
    'open>open',
    'recovering>open',
    'recovering>resolved',
    'recovering>recovering',
    'resolved>none',
  ]);

  it('follows the diagram, numbers its steps without a gap and gives each opening an episode of its own', () => {
    fc.assert(
      fc.property(fc.array(day, { maxLength: 60 }), rule, (days, timings) => {
        const steps = live(days, timings).flat();
        let before = 'none';
        steps.forEach((step, index) => {
          expect(step.step).toBe(index + 1);
          expect(step.from).toBe(before);
          expect(EDGES.has(`${step.from}>${step.state}`)).toBe(true);
          before = step.state;
        });
        const openings = steps.filter(
          (step) => step.state === 'open' && ['none', 'pending'].includes(step.from),
        );
        expect(new Set(openings.map((step) => step.episode)).size).toBe(openings.length);
        expect(openings.map((step) => step.openings)).toEqual(openings.map((_, index) => index + 1));
      }),
    );
  });

  it('changes nothing when a day is closed a second time', () => {
    fc.assert(
      fc.property(fc.array(day, { minLength: 1, maxLength: 40 }), rule, (days, timings) => {
        let signal: Signal = noSignal('acme' as AccountId, 'goes_quiet' as RuleName);
        days.forEach((facts, index) => {
          const at = { rule: timings, day: addDays(DAY_ONE, index) };
          signal = closeDay(signal, facts, at).at(-1) ?? signal;
          expect(closeDay(signal, facts, at)).toEqual([]);
        });
      }),
    );
  });

  it('is never open for longer than keep_open after its condition ended for good', () => {
    fc.assert(
      fc.property(fc.array(day, { maxLength: 30 }), rule, (days, timings) => {
        const quiet = Array.from({ length: 8 }, () => ({ when: 'false' as const }));
        const end = states([...days.map((facts) => ({ ...facts, rule: {} })), ...quiet], {
          ...timings,
          ifMissing: 'hold',
        });
        expect(['none', 'resolved']).toContain(end.at(-1));
      }),
    );
  });
});
