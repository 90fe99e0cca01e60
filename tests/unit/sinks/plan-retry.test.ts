// How long a delivery waits.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { planRetry, type RetrySituation } from '../../../src/sinks/plan-retry.ts';

const plan = (change: Partial<RetrySituation>): number =>
  planRetry({ outcome: 'transient', failures: 1, retryAfterMs: undefined, random: () => 1, ...change });

it('doubles from one second to a quarter of an hour', () => {
  const waits = [1, 2, 3, 4, 10, 11, 100, 100_000].map((failures) => plan({ failures }));
  expect(waits).toEqual([1000, 2000, 4000, 8000, 512_000, 900_000, 900_000, 900_000]);
});

it('lets chance take up to half of it', () => {
  expect(plan({ failures: 3, random: () => 0 })).toBe(2000);
});

it('waits a minute at least half for credentials, which only people mend', () => {
  expect(plan({ outcome: 'unauthorised', random: () => 0 })).toBe(30_000);
  expect(plan({ outcome: 'unauthorised' })).toBe(60_000);
});

it('keeps to Retry-After, capped at a day, and never comes earlier', () => {
  expect(plan({ retryAfterMs: 7000, failures: 12, random: () => 0 })).toBe(7000);
  expect(plan({ retryAfterMs: 7000, random: () => 1 })).toBe(7700);
  expect(plan({ retryAfterMs: 1e12, random: () => 0 })).toBe(86_400_000);
  expect(plan({ retryAfterMs: 0 })).toBe(0);
});

it('is a whole number of milliseconds between 0 and 26.4 hours, whatever comes', () => {
  const outcome = fc.constantFrom(
    'transient' as const,
    'rate_limited' as const,
    'unauthorised' as const,
    'ambiguous' as const,
  );
  const retryAfterMs = fc.option(fc.nat(), { nil: undefined });
  const failures = fc.integer();
  fc.assert(
    fc.property(
      outcome,
      failures,
      retryAfterMs,
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (...given) => {
        const wait = planRetry({
          outcome: given[0],
          failures: given[1],
          retryAfterMs: given[2],
          random: () => given[3],
        });
        expect(Number.isInteger(wait) && wait >= 0 && wait <= 26.4 * 3_600_000).toBe(true);
      },
    ),
  );
});
