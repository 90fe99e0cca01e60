// Real activity of fifteen years, run through import and closes, held against counts by plain loops over the file.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { importEvents } from '../../src/app/import-events.ts';
import { systemClock } from '../../src/app/system-clock.ts';
import { type Database, type FaultEngine, startFaultEngine } from '../faults/kill-consumer/project.ts';
import { differences, readOutcome } from '../faults/kill-consumer/read-outcome.ts';
import { communityFile, communityLines, type Recount, recountEvents } from './community/read-community.ts';
import { recountSignals } from './community/recount-signals.ts';

/** Every state of both rules is entered in these four weeks; docs/community-run.md tells of all 943 days. */
const DAYS = { from: '2026-05-05', to: '2026-06-02' };

let engine: FaultEngine;
let database: Database;
let recount: Recount;

const importFile = (again = false) =>
  importEvents({
    store: database.store,
    clock: systemClock,
    files: [communityFile()],
    onProgress: () => {},
    again,
  });

beforeAll(async () => {
  recount = recountEvents(communityLines());
  engine = await startFaultEngine();
  database = await engine.open('community');
});
afterAll(() => engine?.stop());

test('the view events has each event of the file once, with the account that a plain count gives it', async () => {
  expect(await importFile()).toMatchObject({ lines: communityLines().length, rejected: 0 });
  const counts = new Map<string, number>();
  for (const { account, event } of recount.events) {
    counts.set(`${account} ${event}`, (counts.get(`${account} ${event}`) ?? 0) + 1);
  }
  const expected = [...counts].map(([key, count]) => `${key} ${count}`);
  const { events } = await readOutcome(database);
  expect(differences(expected, events)).toEqual([]);
  expect(events.length).toBeGreaterThan(500);
});

test('every signal of every organisation moves on the days that a hand count says', async () => {
  await database.apply();
  await database.close(DAYS);
  const moves = await database.rows<{ move: string }>(
    `SELECT concatWithSeparator(' ', day, account_id, rule, concat(from, '>', to), reason) AS move
     FROM signal_history WHERE from != to`,
  );
  const expected = recountSignals(recount, DAYS);
  expect(
    differences(
      expected,
      moves.map(({ move }) => move),
    ),
  ).toEqual([]);
  for (const change of [
    'falls_silent none>open condition',
    'falls_silent open>recovering',
    'falls_silent recovering>resolved',
    'takes_off none>open baseline',
    'takes_off recovering>open',
    'takes_off recovering>resolved',
  ])
    expect(expected.join('\n')).toContain(change);
}, 120_000);

test('imported a second time, events, stored series and signals stay as they are', async () => {
  const before = await readOutcome(database);
  await importFile(true);
  // The repeated batches change every day of fifteen years: the close refreshes them all.
  await database.close({ from: DAYS.to, to: DAYS.to });
  const after = await readOutcome(database);
  expect(differences(before.events, after.events)).toEqual([]);
  expect(differences(before.seriesDays, after.seriesDays)).toEqual([]);
  expect(differences(before.transitions, after.transitions)).toEqual([]);
  expect(after.seriesDays.length).toBeGreaterThan(20_000);
}, 120_000);
