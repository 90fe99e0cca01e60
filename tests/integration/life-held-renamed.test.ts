// The circuit breaker counts what a rule opened under a former name too: a renaming lets no more through.
import { expect, it } from 'vitest';
import { track } from './support/project.ts';
import { shareEngine } from './support/share-engine.ts';

const engine = shareEngine();

it('a renaming at noon does not begin the count of the day anew', async () => {
  const project = await engine.openProject();
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
