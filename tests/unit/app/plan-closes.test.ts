// Which days `tidemark evaluate` closes.
import { expect, test } from 'vitest';
import { type ClosesAsked, planCloses } from '../../../src/app/plan-closes.ts';
import type { Day } from '../../../src/model/time.ts';

const day = (text: string) => text as Day;

const asked = (change: Partial<ClosesAsked> = {}): ClosesAsked => ({
  from: day('2026-03-01'),
  to: day('2026-03-10'),
  today: day('2026-04-01'),
  lastClose: undefined,
  lastTransition: undefined,
  ...change,
});

test('all of them, in a new project', () => {
  expect(planCloses(asked())).toEqual({ ok: true, from: '2026-03-01', days: 10, skipped: 0 });
});

test('none before the day on which a signal last moved', () => {
  const plan = planCloses(asked({ lastClose: day('2026-03-06'), lastTransition: day('2026-03-04') }));
  expect(plan).toEqual({ ok: true, from: '2026-03-04', days: 7, skipped: 3 });
});

test('none at all when signals moved after the last of them', () => {
  const plan = planCloses(asked({ lastClose: day('2026-03-31'), lastTransition: day('2026-03-31') }));
  expect(plan).toMatchObject({ ok: true, days: 0, skipped: 10 });
});

test('all of them, after an import into a project that ran without a signal', () => {
  expect(planCloses(asked({ lastClose: day('2026-03-31') }))).toMatchObject({ days: 10, skipped: 0 });
});

test('a day that was never closed, though a tick has moved a signal after it', () => {
  const moved = { lastClose: day('2026-03-06'), lastTransition: day('2026-03-09') };
  expect(planCloses(asked(moved))).toEqual({ ok: true, from: '2026-03-07', days: 4, skipped: 6 });
  expect(planCloses(asked({ ...moved, from: day('2026-03-07') }))).toMatchObject({ days: 4, skipped: 0 });
});

test('never a day that is not over', () => {
  expect(planCloses(asked({ today: day('2026-03-10') }))).toEqual({
    ok: false,
    message: '2026-03-10 is not over yet: the last day that can be closed is --to 2026-03-09',
  });
  expect(planCloses(asked({ today: day('2026-03-11') }))).toMatchObject({ ok: true });
});

test('never with a gap to the last close, and the message says where to start', () => {
  expect(planCloses(asked({ lastClose: day('2026-02-27') }))).toEqual({
    ok: false,
    message: 'days close in order and 2026-02-27 is the last one: start with --from 2026-02-28',
  });
  expect(planCloses(asked({ lastClose: day('2026-02-28') }))).toMatchObject({ ok: true, days: 10 });
});
