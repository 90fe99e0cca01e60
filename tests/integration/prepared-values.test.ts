// What a close or tick computes beforehand is read by itself alone, ranks by the ticks after it; and it goes in the end.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestEngine, type TestEngine } from './support/engine.ts';
import { group, openProject, type Project, track } from './support/project.ts';

let engine: TestEngine;
beforeAll(async () => {
  engine = await startTestEngine();
});
afterAll(() => engine?.stop());

const open = async (): Promise<Project> => openProject(await engine.openDatabase());

describe('a tick', () => {
  it('knows nothing of how far users had got at the last close', async () => {
    const project = await open();
    await project.ingest([
      group('acme', { plan: 'free' }, '2026-05-01T00:00:00Z'),
      track('acme', 'ann', 'sign_up', '2026-05-02T10:00:00Z'),
      track('acme', 'ann', 'create', '2026-05-02T11:00:00Z'),
    ]);
    await project.apply(`
metrics:
  steps: {sequence: [sign_up, create], within: 1d, window: 1d}
rules:
  activated: {kind: pql, who: {account.plan: team}, when: {steps: {gte: 2}}}
`);
    await project.close('2026-05-02');
    project.setNow('2026-05-03T12:00:00Z');
    await project.ingest([group('acme', { plan: 'team' }, '2026-05-03T09:00:00Z')], { history: false });
    // The steps were of yesterday, and the window is today.
    expect(await project.tick()).toMatchObject({ accounts: 0, opened: 0 });
  });
});
