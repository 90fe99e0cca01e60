// What docs/events.md says of joined users, of events taken back and of accounts that become one.
import { beforeEach, describe, expect, it } from 'vitest';
import { resolvePersons } from '../../src/app/evaluate/resolve-persons.ts';
import type { Store } from '../../src/model/store.ts';
import type { EpochMicros } from '../../src/model/time.ts';
import { listSignals } from '../../src/store/read/list-signals.ts';
import { group, openProject, type Project, track } from './support/project.ts';
import { shareEngine } from './support/share-engine.ts';

const RULES = `
metrics:
  idle: {days_since_last: message_sent}
rules:
  silent: {kind: churn_risk, owner: csm, outcome: {event: x, within: 1d}, when: {idle: {gte: 3}}}
`;

const on = (day: number, time = '09:00:00') => `2026-05-0${day}T${time}Z`;
const alias = (user: string, previous: string) => ({
  ...{ type: 'alias', id: `${user}-${previous}`, user_id: user, previous_id: previous, timestamp: on(1) },
});
const retract = (fields: object) => ({ type: 'retract', id: 'r', timestamp: on(8), ...fields });

/** Dies between the rows of a batch and their announcement. */
const dyingBeforeAnnouncement = (store: Store): Store => ({
  ...store,
  insert: async (block, how) => {
    if (block.table === 'changed_account_days') throw new Error('died');
    return store.insert(block, how);
  },
});

/** What is sent twice comes first from a writer that dies; copies are merged before anybody looks. */
async function sendTwice(events: readonly object[]): Promise<void> {
  const dying = openProject(dyingBeforeAnnouncement(project.store));
  dying.setNow('2026-05-09T11:00:00Z');
  // What comes before a series is made is part of it anyway.
  await project.close('2026-05-03');
  await expect(dying.ingest(events)).rejects.toThrow('died');
  await project.ingest([track('other', 'bob', 'message_sent', on(1))]);
  await project.tick();
  await project.close('2026-05-04');
  await project.ingest(events);
  for (const table of ['user_aliases', 'memberships', 'retractions'])
    await project.store.execute({ sql: `OPTIMIZE TABLE ${table} FINAL`, params: {}, columns: [] });
}

/** Takes all that was announced, and joins. */
async function joinAll(tick: number): Promise<void> {
  await project.store.execute({
    sql: `INSERT INTO taken_batches SELECT {tick:UInt64}, batch_id, received_at FROM announced_batches
WHERE batch_id NOT IN (SELECT batch_id FROM taken_batches)`,
    params: { tick },
    columns: [],
  });
  await resolvePersons({ store: project.store, tick: tick as EpochMicros, mostNeighbours: 3 });
}

const engine = shareEngine();
let project: Project;

beforeEach(async () => {
  project = await engine.openProject();
  project.setNow('2026-04-01T00:00:00Z');
  await project.apply(RULES);
  project.setNow('2026-05-09T12:00:00Z');
});

const events = async () =>
  (await project.rows('SELECT account_id, user_id, id FROM events ORDER BY account_id, id')).map(
    ({ account_id, user_id, id }) => `${account_id}: ${user_id} ${id}`,
  );
const signals = async () =>
  (await project.rows('SELECT account_id, state, reason FROM signals ORDER BY account_id')).map(
    ({ account_id, state, reason }) => `${account_id} ${state} (${reason})`,
  );
const accounts = async () =>
  (
    await project.rows(
      'SELECT account_id, toString(toDate(first_seen)) AS day FROM accounts_current ORDER BY account_id',
    )
  ).map(({ account_id, day }) => `${account_id} ${day}`);

/** Whom the kept days of users speak of. */
const keptUsers = async () =>
  (
    await project.rows(`SELECT DISTINCT account_id, user_id, toString(day) AS day FROM series_user_days FINAL
WHERE n > 0 AND user_id != '' ORDER BY ALL`)
  ).map(({ account_id, user_id, day }) => `${account_id} ${user_id} ${day}`);
const personsOf = async () =>
  (
    await project.rows(
      'SELECT user_id, argMax(person_id, version) AS person FROM user_persons GROUP BY user_id ORDER BY user_id',
    )
  ).map(({ user_id, person }) => `${user_id}: ${person}`);

describe('joined users', () => {
  it('are one person from the beginning, by the id that no alias calls previous', async () => {
    const before = track(undefined, 'anonymous-7', 'message_sent', on(2), { id: 'before' });
    await project.ingest([before, group('acme', {}, on(1), 'zoe'), group('zeta', {}, on(3), 'zoe')]);
    await project.close('2026-05-03');
    await project.ingest([alias('zoe', 'anonymous-7'), alias('zoe', 'anonymous-8')]);
    await project.ingest([track(undefined, 'anonymous-8', 'message_sent', on(4), { id: 'after' })]);
    await project.close('2026-05-04');
    expect(await events()).toEqual(['acme: zoe before', 'zeta: zoe after']);
    const kept =
      await project.rows(`SELECT DISTINCT account_id, user_id, toString(day) AS day FROM series_user_days FINAL
WHERE n > 0 AND user_id != '' ORDER BY ALL`);
    expect(kept).toEqual([
      { account_id: 'acme', user_id: 'zoe', day: '2026-05-02' },
      { account_id: 'zeta', user_id: 'zoe', day: '2026-05-04' },
    ]);
  });
});

describe('what a writer stored that died before it told of it', () => {
  it('joins users when it comes again', async () => {
    await project.ingest([track('acme', 'anonymous-7', 'message_sent', on(2), { id: 'direct' })]);
    await sendTwice([alias('zoe', 'anonymous-7')]);
    await project.close('2026-05-05');
    expect(await events()).toContain('acme: zoe direct');
    expect(await keptUsers()).toContain('acme zoe 2026-05-02');
    expect(await keptUsers()).not.toContain('acme anonymous-7 2026-05-02');
  });

  it('gives events without an account to the account of a membership that comes again', async () => {
    await project.ingest([track(undefined, 'ann', 'message_sent', on(2), { id: 'loose' })]);
    await sendTwice([group('acme', {}, on(1), 'ann')]);
    await project.close('2026-05-05');
    expect(await keptUsers()).toContain('acme ann 2026-05-02');
  });

  it('takes back what it says when it comes again', async () => {
    const sent = track('acme', 'ann', 'message_sent', on(2), { id: 'e-17' });
    await project.ingest([sent, track('acme', 'ann', 'message_sent', on(3))]);
    const key = { account_id: 'acme', event: 'message_sent', event_id: 'e-17', timestamp: on(2) };
    await sendTwice([retract(key)]);
    await project.close('2026-05-05');
    expect(await keptUsers()).toEqual(['acme ann 2026-05-03', 'other bob 2026-05-01']);
  });
});

describe('an id that many people share', () => {
  it('joins nobody, and parts whom it joined, in any order', async () => {
    await project.ingest([alias('null', 'ann'), alias('null', 'bob'), alias('bob', 'bob-phone')]);
    await joinAll(Date.parse('2026-05-09T13:00:00Z') * 1000);
    expect(await personsOf()).toEqual(['ann: null', 'bob: null', 'bob-phone: null', 'null: null']);
    await project.ingest([alias('null', 'cat'), alias('dan', 'null')]);
    await joinAll(Date.parse('2026-05-09T14:00:00Z') * 1000);
    const parted = ['ann: ann', 'bob: bob', 'bob-phone: bob', 'cat: cat', 'dan: dan', 'null: null'];
    expect(await personsOf()).toEqual(parted);
    await project.ingest([alias('null', 'eve'), alias('cat', 'cat-phone')]);
    await joinAll(Date.parse('2026-05-09T15:00:00Z') * 1000);
    const now = (await personsOf()).filter((one) => !one.startsWith('cat'));
    expect(now).toEqual(parted.filter((one) => !one.startsWith('cat')));
    expect(await personsOf()).toContain('cat-phone: cat');
  });
});

describe('a name that is taken back', () => {
  it('is not listed any more', async () => {
    const sent = track('old', 'ann', 'message_sent', on(4), { id: 'e-2' });
    await project.ingest([group('old', { name: 'Old Ltd' }, on(1), 'ann'), sent]);
    await project.close('2026-05-07');
    const all = { state: undefined, rule: undefined, kind: undefined, account: undefined };
    const names = async () => (await listSignals(project.store, all)).map(({ account_name }) => account_name);
    expect(await names()).toEqual(['Old Ltd']);
    await project.ingest([retract({ account_id: 'old', timestamp: on(2) })]);
    expect(await names()).toEqual(['old']);
  });
});

describe('an event that is taken back', () => {
  it('stays so when it is sent again, also when that came first', async () => {
    const sent = track('acme', 'ann', 'message_sent', on(2), { id: 'e-17' });
    const key = { account_id: 'acme', event: 'message_sent', event_id: 'e-17', timestamp: on(2) };
    await project.ingest([retract(key)]);
    await project.ingest([sent, track('acme', 'ann', 'message_sent', on(3), { id: 'e-18' })]);
    await project.ingest([sent]);
    expect(await events()).toEqual(['acme: ann e-18']);
    expect(await accounts()).toEqual(['acme 2026-05-03']);
  });
});

describe('accounts that become one', () => {
  const history = (account: string) => [
    group(account, { name: account }, on(1), 'ann'),
    track(account, 'ann', 'message_sent', on(1), { id: 'e-1' }),
  ];

  it('leave nothing behind: no account, no alarm, and a signal that ends because the account left', async () => {
    await project.ingest([
      ...history('old'),
      track(undefined, 'ann', 'message_sent', on(1), { id: 'loose' }),
    ]);
    await project.close('2026-05-05');
    expect(await signals()).toEqual(['old open (condition)']);
    await project.ingest([retract({ account_id: 'old', reason: 'merged' }), ...history('new')]);
    await project.close('2026-05-06');
    expect(await events()).toEqual(['new: ann e-1', 'new: ann loose']);
    expect(await accounts()).toEqual(['new 2026-05-01']);
    expect(await signals()).toEqual(['new open (condition)', 'old resolved (left)']);
    await project.close('2026-05-07', '2026-05-08');
    expect(await signals()).toEqual(['new open (condition)', 'old none (timer)']);
  });

  it('can come back with what is later', async () => {
    await project.ingest([...history('old'), retract({ account_id: 'old', timestamp: on(3) })]);
    await project.ingest([track('old', 'ann', 'message_sent', on(4), { id: 'e-2' })]);
    await project.close('2026-05-05');
    expect(await accounts()).toEqual(['old 2026-05-04']);
    expect(await project.rows('SELECT account_id FROM results')).toEqual([{ account_id: 'old' }]);
  });
});
