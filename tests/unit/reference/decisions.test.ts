// The reference evaluator's conditions, scores, champions and signals against examples worked out by hand.
import { describe, expect, it } from 'vitest';
import type { PlainMap } from '../../reference/plain.ts';
import { closeDays, closed, did, group, holds, identify, joins } from './small-world.ts';

const ACME = group(1, { plan: 'team', seats: '5', active: true, renewal: '2026-06-20' });

describe('conditions of the reference evaluator', () => {
  it.each([
    [{ 'account.plan': 'team', 'account.seats': { gte: 5 } }, true],
    [{ 'account.seats': { gt: 5 } }, false],
    [{ 'account.plan': { gte: 5 } }, null],
    [{ 'account.gone': 'x' }, null],
    [{ 'account.gone': { exists: false } }, true],
    [{ 'account.gone': { not: 'x' } }, null],
    [{ 'account.seats': { not: { gte: 1, lt: 5 } } }, true],
    [{ 'account.seats': { between: [5, 6] } }, true],
    [{ 'account.plan': { in: ['free', 'team'] } }, true],
    [{ 'account.plan': { starts_with: 'te', ends_with: 'am', contains: 'ea' } }, true],
    [{ 'account.active': true }, true],
    [{ 'account.renewal': { gt: '2026-06-19', lte: '2026-06-20' } }, true],
    [{ 'account.age_days': 4 }, true],
    [{ any: [{ 'account.gone': 'x' }, { 'account.plan': 'team' }] }, true],
    [{ any: [{ 'account.gone': 'x' }, { 'account.plan': 'free' }] }, null],
    [{ all: [{ 'account.gone': 'x' }, { 'account.plan': 'free' }] }, false],
    [{ none: [{ 'account.gone': 'x' }, { 'account.plan': 'free' }] }, null],
    [{ none: [{ 'account.plan': 'free' }] }, true],
    [{ at_least: { n: 2, of: [true, { 'account.gone': 'x' }, false] } }, null],
    [{ at_least: { n: 2, of: [true, true, { 'account.gone': 'x' }] } }, true],
    [{ at_least: { n: 3, of: [true, { 'account.gone': 'x' }, false] } }, false],
  ])('%j is %s', (condition, expected) => {
    expect(holds(condition as PlainMap, [ACME], 5)).toBe(expected);
  });

  it('call a count exact at its bound, and a quotient undecidable there', () => {
    const found = closed({
      rules: {
        metrics: { n: { count: 'sent', window: '7d' }, share: { ratio: ['n', 'account.seats'] } },
        segments: { exact: { n: { gte: 1 } }, near: { share: { gte: 0.2 } } },
      },
      received: [ACME, did('sent', 2)],
      to: 5,
    });
    expect(found.segments.get('exact')).toEqual({ value: true, doubtful: false });
    expect(found.segments.get('near')?.doubtful).toBe(true);
  });
});

const score = (parts: PlainMap, more: PlainMap = {}) =>
  closed({
    rules: { metrics: { n: { count: 'sent', window: '7d' } }, scores: { s: { parts, ...more } } },
    received: [ACME, did('sent', 2), did('sent', 3)],
    to: 5,
  }).scores.get('s')?.value;

describe('scores of the reference evaluator', () => {
  it('add up to the hundredth, whatever is rounded', () => {
    const third = { metric: 'n', from: 0, to: 3 };
    const found = score({
      a: { weight: 33, ...third },
      b: { weight: 33, ...third },
      c: { weight: 34, ...third },
    });
    expect(found?.total).toBe(6667);
    expect(found?.parts.map(({ points }) => points)).toEqual([2200, 2200, 2267]);
  });

  it('give the weight of missing parts to the others, in proportion', () => {
    const parts = {
      a: { weight: 60, when: { n: 2 } },
      b: { weight: 40, metric: 'account.gone', from: 0, to: 1 },
    };
    expect(score(parts)).toMatchObject({ total: 10_000, coverage: 0.6 });
    expect(score(parts, { missing: 'zero' })).toMatchObject({ total: 6000 });
    expect(score(parts, { min_coverage: 0.7 })).toMatchObject({ total: null });
  });

  it('take the highest points that are true, the step that is reached, and the turned line', () => {
    const parts = {
      a: { weight: 30, points: { 30: { n: { gte: 3 } }, 20: { n: { gte: 2 } }, 10: true } },
      b: { weight: 30, metric: 'n', steps: { 0: 5, 2: 10, 3: 30 } },
      c: { weight: 40, metric: 'n', from: 4, to: 0 },
    };
    expect(score(parts)?.parts.map(({ points }) => points)).toEqual([2000, 1000, 2000]);
    const unsure = { ...parts, a: { weight: 30, points: { 30: { 'account.gone': 1 }, 10: true } } };
    expect(score(unsure, { missing: 'zero' })?.parts[0]?.points).toBeNull();
  });

  it('are held down by a cap, which is a part of its own, and named by their band', () => {
    const found = score(
      { a: { weight: 100, when: true } },
      {
        caps: [
          { when: { n: 2 }, at: 30 },
          { when: { 'account.gone': 1 }, at: 10 },
        ],
        bands: { low: 0, mid: 30, top: 70 },
      },
    );
    expect(found).toMatchObject({ total: 3000, band: 'mid' });
    expect(found?.parts.at(-1)).toEqual({ part: 'cap', points: -7000 });
  });

  it('cross to a grade, the best of which is A1', () => {
    const bands = { low: 0, high: 50 };
    const found = closed({
      rules: {
        scores: {
          fit: { parts: { a: { weight: 100, when: true } }, bands },
          usage: { parts: { a: { weight: 100, when: false } }, bands },
        },
        grades: { lead: { fit: 'fit', usage: 'usage' } },
      },
      received: [ACME],
      to: 5,
    });
    expect(found.grades.get('lead')?.value).toBe('A2');
  });
});

describe('the champion of the reference evaluator', () => {
  it('changes when another is ahead by ten at two closes running', () => {
    const received = [
      joins('ann', 1),
      joins('bob', 1),
      did('sent', 1),
      did('sent', 2, { user_id: 'bob' }),
      did('User Invited', 2, { user_id: 'bob' }),
      identify('bob', 3, { role: 'Owner' }),
    ];
    const closes = closeDays({ rules: {}, received, from: 1, to: 4 });
    // At 2: Ann has 50/28 + 10, Bob 50/28 + 20 + 10.
    expect(closes.map((close) => close.get('acme')?.champion)).toMatchObject([
      { champion: 'ann', challenger: null },
      { champion: 'ann', challenger: 'bob' },
      { champion: 'bob', challenger: null, changed: true },
      { champion: 'bob', changed: false },
    ]);
  });

  it('stays when nobody has points', () => {
    const closes = closeDays({ rules: {}, received: [did('sent', 1)], from: 1, to: 30 });
    expect(closes.at(-1)?.get('acme')?.champion.champion).toBe('ann');
  });
});

/** Moves of rule r, as `day from>to reason severity`. */
function moves(rule: PlainMap, events: readonly ReturnType<typeof did>[], to: number, appliedAt = 0) {
  const rules = { metrics: { idle: { days_since_last: 'sent' } }, rules: { r: { kind: 'pql', ...rule } } };
  const closes = closeDays({
    rules,
    received: [group(1, { plan: 'team' }), ...events],
    from: 1,
    to,
    appliedAt,
  });
  return closes.flatMap((close, index) =>
    (close.get('acme')?.moves.get('r')?.value ?? []).map(
      ({ from, to: state, reason, severity }) => `${index + 1} ${from}>${state} ${reason} ${severity}`,
    ),
  );
}

describe('the life of a signal in the reference evaluator', () => {
  it('waits, opens, recovers, resolves and cools down by days', () => {
    const rule = { when: { idle: { gte: 2 } }, for: '1d', keep_open: '1d', cooldown: '2d' };
    expect(moves(rule, [did('sent', 1), did('sent', 5)], 12)).toEqual([
      '3 none>pending condition medium',
      '4 pending>open timer medium',
      '5 open>recovering condition medium',
      '6 recovering>resolved timer medium',
      '8 resolved>none timer medium',
      '8 none>pending condition medium',
      '9 pending>open timer medium',
    ]);
  });

  it('holds while unknown, tells so, and ends after thirty days of it', () => {
    const rule = { when: { 'account.flag': true }, if_missing: 'hold' };
    const events = [group(2, { flag: true }), group(3, { flag: null })];
    expect(moves(rule, events, 3)).toEqual(['2 none>open condition medium', '3 open>open missing medium']);
  });

  it('takes unknown for what if_missing says', () => {
    expect(moves({ when: { idle: 0 }, if_missing: 'true' }, [did('sent', 3)], 5)).toEqual([
      '1 none>open condition medium',
      '4 open>resolved condition medium',
      '5 resolved>none timer medium',
    ]);
  });

  it('resolves an account that has left, tells a rise of severity, and needs resolve_when', () => {
    const rule = {
      who: { 'account.plan': 'team' },
      when: { idle: { gte: 1 } },
      resolve_when: { 'account.ok': true },
      severity: { high: { idle: { gte: 2 } }, low: true },
    };
    const events = [did('sent', 1), did('sent', 4), group(6, { plan: 'free' })];
    expect(moves(rule, events, 7)).toEqual([
      '2 none>open condition low',
      '3 open>open condition high',
      '6 open>resolved left high',
      '7 resolved>none timer high',
    ]);
  });

  it('is baseline where it was true when the rule was new', () => {
    const applied = Date.parse('2026-06-01T23:00:00Z');
    expect(moves({ when: true, for: '1d' }, [], 2, applied)).toEqual([
      '1 none>pending baseline medium',
      '2 pending>open baseline medium',
    ]);
    expect(moves({ when: true, on_create: 'notify' }, [], 1, applied)).toEqual([
      '1 none>open condition medium',
    ]);
  });

  it('is seen by other rules as of the close before, and counts as an event from the day after', () => {
    const found = closeDays({
      rules: {
        metrics: { n: { count: 'signal.a', window: '7d' } },
        segments: { open: { 'signal.a': 'open' } },
        rules: { a: { kind: 'pql', when: true } },
      },
      received: [group(1)],
      from: 1,
      to: 2,
    }).map((close) => [close.get('acme')?.metrics.get('n'), close.get('acme')?.segments.get('open')?.value]);
    expect(found).toEqual([
      [0, false],
      [1, true],
    ]);
  });
});
