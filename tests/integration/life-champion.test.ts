// The champion at the very bounds of the language's page, §4: ahead by exactly ten, and by a little less.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { identify, startChampions, stretch } from './support/champion-project.ts';
import { startTestEngine, type TestEngine } from './support/engine.ts';
import { track } from './support/project.ts';

let engine: TestEngine;
beforeAll(async () => {
  engine = await startTestEngine();
});
afterAll(() => engine?.stop());

/** Ann and Bob did the same, each on one day; what each invited, long ago, gives ten points to whoever sent most. */
async function found(invitedByBob: number, invitedByAnn: number) {
  const project = await startChampions(await engine.openDatabase());
  const invite = (user: string, count: number) =>
    Array.from({ length: count }, (_, index) =>
      track('acme', user, 'invite_sent', `2026-01-0${index + 1}T08:00:00Z`),
    );
  await project.ingest([
    ...invite('bob', invitedByBob),
    ...invite('ann', invitedByAnn),
    ...stretch('acme', 'ann', '2026-03-01', 1),
    ...stretch('acme', 'bob', '2026-03-02', 1),
  ]);
  await project.findAll('2026-03-01', '2026-03-04');
  const rows = await project.champions();
  return rows.map(({ day, user_id, challenger }) => [String(day).slice(8), user_id, challenger]);
}

describe('a lead', () => {
  it('of exactly ten at two closes running makes another champion', async () => {
    expect(await found(1, 0)).toEqual([
      ['01', 'ann', ''],
      ['02', 'ann', 'bob'],
      ['03', 'bob', ''],
    ]);
  });

  it('of less makes none, however long', async () => {
    expect(await found(9, 1)).toEqual([['01', 'ann', '']]);
  });
});

it('every role but owner and admin gives nothing, in whatever letters these are written', async () => {
  const project = await startChampions(await engine.openDatabase());
  const roles = { ann: 'member', bob: 'OWNER', cat: 'Admin', dan: 'administrator', eve: 'owner ' };
  await project.ingest(
    Object.entries(roles).flatMap(([user, role]) => [
      identify(user, { role }, '2026-02-01T00:00:00Z'),
      ...stretch(user, user, '2026-03-01', 1),
    ]),
  );
  await project.close('2026-03-01');
  const rows = await project.rows(
    `SELECT account_id, evidence FROM transitions FINAL WHERE rule = 'always' ORDER BY account_id`,
  );
  const points = rows.map((row) => [row.account_id, JSON.parse(String(row.evidence)).champion.points]);
  expect(points).toEqual([
    ['ann', 21.79],
    ['bob', 41.79],
    ['cat', 41.79],
    ['dan', 21.79],
    ['eve', 21.79],
  ]);
});
