// The figures of open and held signals: what max_new_per_day holds back counts as held until a person lets it through.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { recordRelease } from '../../src/store/delivery/record-release.ts';
import { countSignals } from '../../src/store/read/count-signals.ts';
import { startTestEngine, type TestEngine } from './support/engine.ts';
import { openProject, track } from './support/project.ts';

let engine: TestEngine;
beforeAll(async () => {
  engine = await startTestEngine();
});
afterAll(() => engine.stop());

const RULES = `metrics:
  messages: {count: message_sent, window: ever}
rules:
  three_messages:
    kind: pql
    when: {messages: {gte: 1}}
    say: "{messages} messages"
    on_create: notify
    max_new_per_day: 1
    outcome: {event: subscription_started, within: 30d}
`;

test('held signals are those beyond the limit of their day, until they are released', async () => {
  const project = openProject(await engine.openDatabase());
  expect(await countSignals(project.store)).toEqual({ open: 0, held: 0 });
  project.setNow('2026-03-01T00:00:00Z');
  await project.apply(RULES);
  project.setNow('2026-03-03T10:00:00Z');
  await project.ingest(
    ['a', 'b', 'c'].map((account) => track(account, 'u', 'message_sent', '2026-03-02T09:00:00Z')),
  );
  await project.close('2026-03-02');
  const before = await countSignals(project.store);
  expect(before.open).toBe(3);
  expect(before.held).toBeGreaterThan(0);
  const at = project.evaluator().clock.now();
  await recordRelease(project.store, { kind: 'rule', subject: 'three_messages', at });
  expect(await countSignals(project.store)).toEqual({ open: 3, held: 0 });
});
