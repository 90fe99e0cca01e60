// The shipped rules are sensible on the demo's data, counted by hand: some accounts meet each, and only some.
import { describe, expect, it } from 'vitest';
import { simulateHistory } from '../../../demo/simulation/simulate-history.ts';
import { parseDay } from '../../../src/model/time.ts';
import { type AccountFacts, recount } from './recount.ts';

const facts = [
  ...recount(
    simulateHistory({ seed: 1, accounts: 300, days: 90, lastDay: parseDay('2026-03-31') }),
    '2026-03-31',
    90,
  ).values(),
];

const isFree = (a: AccountFacts): boolean => a.plan === 'free' || a.plan === 'trial';
const isPaying = (a: AccountFacts): boolean => a.plan === 'team' || a.plan === 'enterprise';
const messages = (a: AccountFacts, from: number, to: number): number =>
  a.messages.slice(from, to).reduce((sum, n) => sum + n, 0);
const users = (a: AccountFacts, from: number, to: number): number =>
  new Set(a.activeUsers.slice(from, to).flatMap((day) => [...day])).size;
const idleDays = (a: AccountFacts): number => a.activeUsers.findIndex((day) => day.size > 0);
const seatUse = (a: AccountFacts): number => (a.seats >= 5 ? users(a, 0, 14) / a.seats : Number.NaN);
const lately = (a: AccountFacts, event: string, days: number): number =>
  (a.events.get(event) ?? []).filter((age) => age < days).length;
const meeting = (rule: (a: AccountFacts) => boolean): number => facts.filter(rule).length;

describe('on the demo data', () => {
  it('a few dozen free teams have sent two thousand messages', () => {
    expect(
      within(
        meeting((a) => isFree(a) && messages(a, 0, 90) >= 2000),
        10,
        40,
      ),
    ).toBe('some');
  });

  it('a few free teams gather pace', () => {
    const growth = (a: AccountFacts): number => users(a, 0, 14) / users(a, 14, 28) - 1;
    const meets = (a: AccountFacts): boolean =>
      isFree(a) && users(a, 0, 14) >= 5 && users(a, 14, 28) >= 2 && growth(a) >= 0.4;
    expect(within(meeting(meets), 5, 40)).toBe('some');
  });

  it('some paying accounts have gone quiet', () => {
    const meets = (a: AccountFacts): boolean =>
      isPaying(a) && a.ageDays >= 45 && (idleDays(a) >= 14 || idleDays(a) < 0 || seatUse(a) < 0.3);
    expect(within(meeting(meets), 8, 40)).toBe('some');
  });

  it('some paying accounts use half of what they did', () => {
    const meets = (a: AccountFacts): boolean =>
      isPaying(a) &&
      a.ageDays >= 45 &&
      users(a, 0, 14) >= 1 &&
      messages(a, 14, 28) >= 40 &&
      messages(a, 0, 14) / messages(a, 14, 28) - 1 <= -0.5;
    expect(within(meeting(meets), 5, 30)).toBe('some');
  });

  it('some paying accounts have nearly filled their seats', () => {
    expect(
      within(
        meeting((a) => isPaying(a) && seatUse(a) >= 0.9),
        5,
        40,
      ),
    ).toBe('some');
  });

  it('some who do not pay ask for sales, look at prices, or run into limits', () => {
    expect(
      within(
        meeting((a) => lately(a, 'sales_contacted', 21) + lately(a, 'demo_requested', 21) > 0),
        4,
        30,
      ),
    ).toBe('some');
    expect(
      within(
        meeting((a) => isFree(a) && lately(a, 'pricing_viewed', 7) >= 2),
        2,
        30,
      ),
    ).toBe('some');
    expect(
      within(
        meeting((a) => isFree(a) && lately(a, 'limit_reached', 30) >= 3),
        2,
        30,
      ),
    ).toBe('some');
  });

  it('some trials in use end within a week', () => {
    const left = (a: AccountFacts): number =>
      Math.round((Date.parse(String(a.traits.trial_ends_on)) - Date.parse('2026-03-31')) / 86_400_000);
    const inUse = (a: AccountFacts): boolean =>
      a.activeUsers.slice(0, 7).filter((day) => day.size > 0).length >= 2;
    expect(
      within(
        meeting((a) => a.plan === 'trial' && left(a) >= 0 && left(a) <= 7 && inUse(a)),
        2,
        25,
      ),
    ).toBe('some');
  });

  it('some who pay step down, fail to pay, complain, or are carried by one person', () => {
    const steppedDown = (a: AccountFacts): boolean =>
      a.plans.join(' ').includes('enterprise team') || a.plans.join(' ').includes('team free');
    expect(within(meeting(steppedDown), 5, 20)).toBe('some');
    expect(
      within(
        meeting((a) => isPaying(a) && lately(a, 'payment_failed', 14) > 0),
        1,
        15,
      ),
    ).toBe('some');
    expect(
      within(
        meeting((a) => isPaying(a) && lately(a, 'ticket_opened', 30) > 5),
        1,
        20,
      ),
    ).toBe('some');
  });
});

/** `some`, or the count that is out of bounds, so that a failure shows it. */
const within = (count: number, low: number, high: number): string =>
  count >= low && count <= high ? 'some' : `${count} accounts`;
