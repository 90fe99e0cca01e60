import { describe, expect, it } from 'vitest';
import { maxNewPerDay, startBreaker } from '../../../src/scoring/hold-openings.ts';

describe('the circuit breaker', () => {
  it('lets through the larger of 50 and two percent of the accounts, unless the rule says otherwise', () => {
    expect(maxNewPerDay(undefined, 300)).toBe(50);
    expect(maxNewPerDay(undefined, 10_000)).toBe(200);
    expect(maxNewPerDay(7, 10_000)).toBe(7);
    expect(maxNewPerDay(0.1, 300)).toBe(30);
    expect(maxNewPerDay(1, 300)).toBe(1);
  });

  it('holds what comes beyond, counting what the day has opened before a restart', () => {
    const breaker = startBreaker(new Map([['busy', 1]]));
    expect([1, 2, 3].map(() => breaker.hold('busy', 2))).toEqual([false, true, true]);
    expect(breaker.hold('other', 2)).toBe(false);
    expect(breaker.held()).toEqual(new Map([['busy', 2]]));
  });
});
