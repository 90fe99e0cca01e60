// The JSON of webhook, file and console: its names are for good.
import { expect, it } from 'vitest';
import { describeSignal } from '../../../src/sinks/describe-signal.ts';
import { buildChampion, buildRequest, buildSignal } from './build-signal.ts';

it('tells grades where there are any, a missing one as null', () => {
  const { evidence } = buildSignal();
  const graded = buildRequest({ evidence: { ...evidence, grades: { lead: 'A1', heat: null } } });
  expect(describeSignal(graded).data.grades).toEqual({ lead: 'A1', heat: null });
  expect(describeSignal(buildRequest()).data).not.toHaveProperty('grades');
});

it('tells the champion and who comes next, or null', () => {
  const { evidence } = buildSignal();
  const { data } = describeSignal(buildRequest({ evidence: { ...evidence, champion: buildChampion() } }));
  expect(data.champion).toMatchObject({
    user_id: 'ann',
    name: 'Ann Lee',
    points: 72.38,
    idle_days: 0,
    since: '2026-02-20',
    next: [
      { user_id: 'bob', role: null, idle_days: 71, reasons: ['sent 2 invitations', 'silent for 71 days'] },
    ],
  });
  expect(describeSignal(buildRequest()).data.champion).toBeNull();
});
