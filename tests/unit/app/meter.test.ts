// The rate of events over the last seconds.
import { expect, test } from 'vitest';
import { Meter } from '../../../src/app/meter.ts';

test('the rate is that of the last ten full seconds, and falls to zero when nothing comes', () => {
  let now = 1_000_000;
  const meter = new Meter(() => now);
  meter.add(300);
  expect(meter.perSecond()).toBe(0);
  now += 1000;
  meter.add(200);
  expect(meter.perSecond()).toBe(30);
  now += 1000;
  expect(meter.perSecond()).toBe(50);
  now += 20_000;
  expect(meter.perSecond()).toBe(0);
});
