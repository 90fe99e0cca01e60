import { describe, expect, it } from 'vitest';
import { createAccounts } from '../../../demo/simulation/create-accounts.ts';
import type { SimulatedEvent, SimulatedTrack } from '../../../demo/simulation/event.ts';
import { simulateHistory } from '../../../demo/simulation/simulate-history.ts';
import { ON_THE_BRINK } from '../../../demo/simulation/story.ts';
import { parseDay } from '../../../src/model/time.ts';
import { recount } from './recount.ts';

const options = { seed: 1, accounts: 300, days: 90, lastDay: parseDay('2026-03-31') };
const history = [...simulateHistory(options)];
const tracks = history.filter((event): event is SimulatedTrack => event.type === 'track');

describe('the simulated history', () => {
  it('is the same for the same seed, and another for another', () => {
    const small = { ...options, accounts: 20, days: 20 };
    expect([...simulateHistory(small)]).toEqual([...simulateHistory(small)]);
    expect([...simulateHistory({ ...small, seed: 2 })]).not.toEqual([...simulateHistory(small)]);
  });

  it('is large enough to mean something and small enough to import while one watches', () => {
    expect(history.length).toBeGreaterThan(150_000);
    expect(history.length).toBeLessThan(300_000);
  });

  it('lies within its ninety days', () => {
    const times = history.map(({ timestamp }) => timestamp).sort();
    expect(times[0]?.slice(0, 10)).toBe('2026-01-01');
    expect(times.at(-1)?.slice(0, 10)).toBe('2026-03-31');
  });

  it('comes nearly in order: one event in a hundred is an hour or more late, none two days', () => {
    const lateBy = latenesses(history);
    const late = lateBy.filter((hours) => hours >= 1).length / history.length;
    expect(late).toBeGreaterThan(0.002);
    expect(late).toBeLessThan(0.03);
    expect(
      Math.max(
        ...lateBy.slice(-1000),
        lateBy.reduce((a, b) => Math.max(a, b), 0),
      ),
    ).toBeLessThan(48);
  });

  it('repeats some events under the same id and the same content', () => {
    const firsts = new Map<string, SimulatedTrack>();
    const repeats = tracks.filter((event) => {
      const isFirst = !firsts.has(event.id);
      if (isFirst) firsts.set(event.id, event);
      return !isFirst;
    });
    expect(repeats.length).toBeGreaterThan(100);
    expect(repeats).toEqual(repeats.map(({ id }) => firsts.get(id)));
  });

  it('leaves out the account of some events, after having said where the user belongs', () => {
    expect(tracks.filter((event) => event.account_id === undefined).length).toBeGreaterThan(500);
    expect(() => recount(history, options.lastDay, options.days)).not.toThrow();
  });

  it('is quiet on weekends', () => {
    const perDay = (weekday: number): number =>
      tracks.filter(({ timestamp }) => new Date(timestamp).getUTCDay() === weekday).length;
    expect(perDay(0)).toBeLessThan(perDay(2) / 4);
  });

  it('leaves a few free teams short of their two-thousandth message', () => {
    const facts = recount(history, options.lastDay, options.days);
    const brink = createAccounts(options).filter(({ story }) => story.name === ON_THE_BRINK);
    const totals = brink.map(({ id }) => facts.get(id)?.messages.reduce((a, b) => a + b, 0) ?? 0);
    expect(totals.length).toBeGreaterThanOrEqual(5);
    for (const total of totals) {
      expect(total).toBeGreaterThanOrEqual(1940);
      expect(total).toBeLessThan(2000);
    }
  });
});

/** Hours by which each event comes behind the latest one before it. */
function latenesses(events: readonly SimulatedEvent[]): readonly number[] {
  let latest = 0;
  return events.map(({ timestamp }) => {
    const at = Date.parse(timestamp);
    latest = Math.max(latest, at);
    return (latest - at) / 3_600_000;
  });
}
