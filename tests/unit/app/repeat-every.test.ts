// Work that repeats.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { repeatEvery } from '../../../src/app/repeat-every.ts';

test('runs one after the other, and stopping waits for the one under way', async () => {
  let running = 0;
  let most = 0;
  let runs = 0;
  const repetition = repeatEvery(1, async () => {
    running += 1;
    most = Math.max(most, running);
    await sleep(5);
    running -= 1;
    runs += 1;
  });
  await sleep(150);
  await repetition.stop();
  expect(running).toBe(0);
  expect(most).toBe(1);
  const until = runs;
  expect(until).toBeGreaterThan(1);
  await sleep(100);
  expect(runs).toBe(until);
});
