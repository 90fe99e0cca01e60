// The evidence of every signal that the shipped rules open on a simulated history is computed again from raw events:
// also after events were sent twice, others came late, and a tick opened some early.
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SimulatedEvent } from '../../demo/simulation/event.ts';
import { simulateHistory } from '../../demo/simulation/simulate-history.ts';
import { verifyOpen } from '../../src/app/explain/verify-open.ts';
import { parseDay } from '../../src/model/time.ts';
import { readLibraryFiles } from './library/read-library.ts';
import { startTestEngine, type TestEngine } from './support/engine.ts';
import { openProject, type Project, track } from './support/project.ts';

const folder = fileURLToPath(new URL('../../rules', import.meta.url));
const history = [
  ...simulateHistory({ seed: 4, accounts: 20, days: 35, lastDay: parseDay('2026-05-28') }),
] as const;

describe('evidence of the shipped rules', { timeout: 300_000 }, () => {
  let engine: TestEngine;
  let project: Project;
  beforeAll(async () => {
    engine = await startTestEngine();
    project = openProject(await engine.openDatabase());
    await project.ingest(history);
    await project.apply(readLibraryFiles(folder));
    // What opens at the first close of a rule is its baseline, without people.
    await project.close('2026-05-21', '2026-05-28');
    // Each close evaluates the whole library.
  }, 300_000);
  afterAll(() => engine?.stop());

  const verify = async () => {
    const { store, clock, timezone } = project.evaluator();
    const signals = await verifyOpen({ store, clock, timezone, rule: undefined });
    const steps = signals.flatMap((signal) => signal.steps.map((step) => ({ ...signal, step })));
    const failing = steps.filter(({ step }) => step.outcome !== 'reproduced');
    return { signals, steps, failing: failing.map(({ account, rule, step }) => ({ account, rule, step })) };
  };

  it('is reproduced after the closes', async () => {
    const { signals, steps, failing } = await verify();
    expect(failing).toEqual([]);
    expect(new Set(signals.map(({ rule }) => rule)).size).toBeGreaterThan(10);
    expect(steps.filter(({ step }) => step.day > '2026-05-21').length).toBeGreaterThan(0);
  });

  it('is reproduced after duplicates, late events and changed traits, as it was known then', async () => {
    project.setNow('2026-06-02T00:00:00Z');
    await project.ingest(history.slice(-3000), { history: false });
    await project.ingest(history.slice(-3000).flatMap(comeLate), { history: false });
    await project.close('2026-05-29');
    const { steps, failing } = await verify();
    expect(failing).toEqual([]);
    expect(steps.some(({ step }) => step.day === '2026-05-29')).toBe(true);
  });

  it('is reproduced where a tick opened early, after the close of its day', async () => {
    project.setNow('2026-06-03T12:00:00Z');
    const accounts = await project.rows('SELECT DISTINCT account_id FROM accounts ORDER BY account_id');
    const asked = accounts.flatMap(({ account_id }) => [
      track(String(account_id), 'ann', 'sales_contacted', '2026-06-03T09:00:00Z'),
      track(String(account_id), 'ann', 'demo_requested', '2026-06-03T10:00:00Z'),
    ]);
    await project.ingest(asked, { history: false });
    expect((await project.tick()).opened).toBeGreaterThan(0);
    await project.close('2026-06-03');
    const { failing } = await verify();
    expect(failing).toEqual([]);
  });
});

/** The same under another name an hour earlier: of track events; and another plan of groups. */
function comeLate(event: SimulatedEvent, index: number): readonly object[] {
  const timestamp = new Date(Date.parse(event.timestamp) - 3_600_000).toISOString();
  if (event.type === 'track') return index % 2 === 0 ? [{ ...event, id: `late-${event.id}`, timestamp }] : [];
  return event.type === 'group'
    ? [{ ...event, id: `late-${event.id}`, timestamp, traits: { plan: 'team' } }]
    : [];
}
