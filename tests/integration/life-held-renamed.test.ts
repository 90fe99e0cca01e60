// The circuit breaker counts what a rule opened under a former name too: a renaming lets no more through.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestEngine, type TestEngine } from './support/engine.ts';
import { openProject, track } from './support/project.ts';

let engine: TestEngine;
beforeAll(async () => {
  engine = await startTestEngine();
});
afterAll(() => engine?.stop());

it('a renaming at noon does not begin the count of the day anew', async () => {
  const project = openProject(await engine.openDatabase());
  const apply = (name: string, was = '') =>
    project.apply(`metrics: {messages: {count: message_sent, window: ever}}
rules: {${name}: {kind: pql, when: {messages: {gte: 1}}, max_new_per_day: 2${was}}}
`);
  const arrive = (...accounts: readonly string[]) =>
    project.ingest(
      accounts.map((account) => track(account, 'ann', 'message_sent', '2026-05-01T11:00:00Z')),
      { history: false },
    );
  project.setNow('2026-05-01T11:30:00Z');
  await apply('first');
  await project.close('2026-04-30');
  await arrive('a', 'b');
  expect((await project.tick()).held).toEqual(new Map());
  await apply('second', ', was: first');
  await arrive('c');
  expect((await project.tick()).held).toEqual(new Map([['second', 1]]));
});
