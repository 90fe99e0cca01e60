import { expect, it } from 'vitest';
import { restAfterTick } from '../../../../src/app/evaluate/rest-after-tick.ts';

it.each([
  [0, 0],
  [300, 300],
  [1_000, 1_000],
  [1_500, 3_750],
  [2_000, 8_000],
  [60_000, 240_000],
])('rests after a tick of %i ms for %i ms', (took, rest) => {
  expect(restAfterTick(took)).toBe(rest);
});

it('never rests less after more work', () => {
  const rests = Array.from({ length: 100 }, (_, index) => restAfterTick(index * 50));
  expect(rests).toEqual([...rests].sort((a, b) => a - b));
});
