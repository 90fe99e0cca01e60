// The champion of an account on the real engine: who it is, when it changes, and what rules may ask of it.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chooseInput } from '../../src/app/evaluate/choose-input.ts';
import { explainAccount } from '../../src/app/explain/explain-account.ts';
import { formatExplanation } from '../../src/cli/format-explanation.ts';
import type { AccountId } from '../../src/model/ids.ts';
import type { Champion } from '../../src/model/signal.ts';
import { addDays, type Day, type EpochMillis, endOfDay } from '../../src/model/time.ts';
import { compileRuleset } from '../../src/rules/compile/compile-ruleset.ts';
import { writeStatement } from '../../src/rules/compile/write-statement.ts';
import { identify, startChampions, stretch } from './support/champion-project.ts';
import { startTestEngine, type TestEngine } from './support/engine.ts';
import { group, type Project, track } from './support/project.ts';
import { anAccount, DAYS, envelopesOf, FIRST, tellChampions } from './support/random-champions.ts';

let engine: TestEngine;
beforeAll(async () => {
  engine = await startTestEngine();
});
afterAll(() => engine.stop());

const start = async (rules?: string) => startChampions(await engine.openDatabase(), rules);

const evidenceOf = async (project: Project, account: string): Promise<Champion | undefined> => {
  const [row] = await project.rows(
    `SELECT evidence FROM transitions FINAL WHERE account_id = '${account}' AND rule = 'always' ORDER BY step DESC LIMIT 1`,
  );
  return JSON.parse(String(row?.evidence)).champion;
};

/** Rows that the statement of a close reads. */
async function countRead({ evaluator }: Project, day: string): Promise<number> {
  const { store, ruleset, timezone, clock } = evaluator();
  const at = (endOfDay(day as Day, timezone) - 1) as EpochMillis;
  const input = chooseInput({ kind: 'close', day: day as Day, at, timezone, tick: clock.now() });
  const statement = writeStatement(compileRuleset(ruleset, { timezone }), input);
  const chunks: Uint8Array[] = [];
  for await (const chunk of store.queryRaw(statement, { format: 'JSON', readonly: false }))
    chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString()).statistics.rows_read;
}

describe('points', () => {
  it('are for active days, for different events, for a role, and for invitations', async () => {
    const project = await start();
    await project.ingest([
      // 14 of 28 days, two of four event names, one of two invitations.
      ...stretch('acme', 'ann', '2026-03-01', 13),
      track('acme', 'ann', 'Invite Sent', '2026-03-14T08:00:00Z'),
      // One day, and an owner.
      identify('bob', { role: 'Owner', name: 'Bob Burg', email: 'bob@acme.com' }, '2026-03-01T00:00:00Z'),
      track('acme', 'bob', 'used', '2026-03-10T08:00:00Z'),
      // Two invitations before the 28 days: nothing else counts any more.
      track('acme', 'cat', 'user_invited', '2026-01-01T08:00:00Z'),
      track('acme', 'cat', 'userInvited', '2026-01-02T08:00:00Z'),
      track('acme', 'dan', 'exported', '2026-03-10T08:00:00Z'),
      // Events of nobody count among the names of the account.
      track('acme', undefined, 'imported', '2026-03-10T08:00:00Z'),
    ]);
    await project.close('2026-03-14');
    const champion = await evidenceOf(project, 'acme');
    expect(champion).toEqual({
      userId: 'ann',
      name: 'ann',
      email: null,
      role: null,
      // 50 × 14/28 + 20 × 2/4 + 10 × 1/2
      points: 40,
      idleDays: 0,
      since: '2026-03-14',
      reasons: ['active on 14 of 28 days', 'uses 2 of 4 features', 'sent 1 invitation'],
      next: [
        {
          userId: 'bob',
          name: 'Bob Burg',
          email: 'bob@acme.com',
          role: 'Owner',
          // 50 × 1/28 + 20 × 1/4 + 20
          points: 26.79,
          idleDays: 4,
          reasons: ['active on 1 of 28 days', 'uses 1 of 4 features', 'owner'],
        },
        {
          userId: 'cat',
          name: 'cat',
          email: null,
          role: null,
          points: 10,
          idleDays: 71,
          reasons: ['sent 2 invitations', 'silent for 71 days'],
        },
      ],
    });
  });

  it('make the smaller id champion where they are equal', async () => {
    const project = await start();
    await project.ingest(['bob', 'Zoe', 'ann'].flatMap((user) => stretch('acme', user, '2026-03-01', 2)));
    await project.findAll('2026-03-01', '2026-03-02');
    expect(await project.champions()).toMatchObject([{ day: '2026-03-01', user_id: 'Zoe' }]);
  });

  it('are for the role as it is at the close', async () => {
    const project = await start();
    await project.ingest([
      ...['ann', 'bob'].flatMap((user) => stretch('acme', user, '2026-03-01', 4)),
      identify('bob', { role: 'admin' }, '2026-03-02T00:00:00Z'),
    ]);
    await project.findAll('2026-03-01', '2026-03-04');
    expect(await project.champions()).toMatchObject([
      { day: '2026-03-01', user_id: 'ann', challenger: '' },
      { day: '2026-03-02', user_id: 'ann', challenger: 'bob' },
      { day: '2026-03-03', user_id: 'bob', changed: true, previous: 'ann', challenger: '' },
    ]);
  });
});

describe('a champion', () => {
  it('is a member whose role counts, though nothing was ever done', async () => {
    const project = await start();
    await project.ingest([
      group('acme', {}, '2026-03-01T00:00:00Z', 'ann'),
      identify('ann', { role: 'owner' }, '2026-03-01T00:00:00Z'),
      group('acme', {}, '2026-03-01T00:00:00Z', 'bob'),
    ]);
    await project.close('2026-03-01');
    expect(await project.champions()).toMatchObject([{ day: '2026-03-01', user_id: 'ann' }]);
    expect(await evidenceOf(project, 'acme')).toMatchObject({
      points: 20,
      idleDays: null,
      reasons: ['owner', 'never active'],
    });
    expect(await project.sentence('acme', 'always')).toBe('ann (owner, –) idle –, changed false');
  });

  it('is nobody where nobody has points', async () => {
    const project = await start();
    await project.ingest([group('acme', {}, '2026-03-01T00:00:00Z', 'ann')]);
    await project.close('2026-03-01');
    expect(await project.champions()).toEqual([]);
    expect(await evidenceOf(project, 'acme')).toBeUndefined();
    expect(await project.sentence('acme', 'always')).toBe('– (–, –) idle –, changed –');
  });

  it('changes when the same other is ahead by ten at two closes running', async () => {
    const project = await start();
    await project.ingest([
      ...stretch('acme', 'ann', '2026-03-01', 2),
      ...stretch('acme', 'bob', '2026-03-03', 9),
    ]);
    await project.findAll('2026-03-01', '2026-03-14');
    // Bob's 8 days are 14.29 points and Ann's 2 are 3.57 at the close of the 10th: 10.71 apart.
    expect(await project.champions()).toMatchObject([
      { day: '2026-03-01', user_id: 'ann', changed: false, challenger: '' },
      { day: '2026-03-10', user_id: 'ann', changed: false, challenger: 'bob' },
      { day: '2026-03-11', user_id: 'bob', changed: true, challenger: '', previous: 'ann' },
    ]);
  });

  it('stays where two others are ahead in turn, and where the lead is lost between', async () => {
    const project = await start();
    await project.ingest([
      ...stretch('acme', 'ann', '2026-03-01', 1),
      identify('bob', { role: 'owner' }, '2026-03-03T00:00:00Z'),
      ...stretch('acme', 'bob', '2026-03-03', 1),
      identify('bob', { role: 'guest' }, '2026-03-04T00:00:00Z'),
      identify('cat', { role: 'owner' }, '2026-03-04T00:00:00Z'),
      ...stretch('acme', 'cat', '2026-03-04', 1),
      identify('cat', { role: 'guest' }, '2026-03-05T00:00:00Z'),
      identify('cat', { role: 'owner' }, '2026-03-06T00:00:00Z'),
      identify('cat', { role: 'guest' }, '2026-03-07T00:00:00Z'),
    ]);
    await project.findAll('2026-03-01', '2026-03-09');
    expect(await project.champions()).toMatchObject([
      { day: '2026-03-01', user_id: 'ann', challenger: '' },
      { day: '2026-03-03', user_id: 'ann', challenger: 'bob' },
      { day: '2026-03-04', user_id: 'ann', challenger: 'cat' },
      { day: '2026-03-05', user_id: 'ann', challenger: '' },
      { day: '2026-03-06', user_id: 'ann', challenger: 'cat' },
      { day: '2026-03-07', user_id: 'ann', challenger: '' },
    ]);
  });

  it('stays for ever where everybody falls silent, and grows idle', async () => {
    const project = await start();
    await project.ingest([...stretch('acme', 'ann', '2026-01-01', 3)]);
    await project.close('2026-01-03', '2026-03-03');
    expect(await project.champions()).toMatchObject([{ day: '2026-01-03', user_id: 'ann' }]);
    expect(await project.sentence('acme', 'idle')).toBe('ann is quiet for 59 days');
    const [row] = await project.rows(`SELECT evidence FROM transitions FINAL WHERE rule = 'idle'`);
    expect(JSON.parse(String(row?.evidence)).champion).toMatchObject({
      points: 0,
      idleDays: 59,
      reasons: ['silent for 59 days'],
    });
  });
});

describe('a champion who was active long ago', () => {
  it('is told by name, also without being a member', async () => {
    const project = await start();
    await project.ingest([
      identify('ann', { name: 'Ann Lee', email: 'ann@acme.com', role: 'Owner' }, '2026-01-01T00:00:00Z'),
      ...stretch('acme', 'ann', '2026-01-01', 3),
    ]);
    await project.close('2026-01-03', '2026-03-03');
    const [row] = await project.rows(`SELECT evidence FROM transitions FINAL WHERE rule = 'idle'`);
    expect(JSON.parse(String(row?.evidence)).champion).toMatchObject({
      name: 'Ann Lee',
      email: 'ann@acme.com',
      role: 'Owner',
      points: 0,
      idleDays: 59,
    });
  });

  it('is looked for further back alone: of all others the last weeks are read', async () => {
    const project = await start(`
rules: {quiet: {kind: churn_risk, when: {champion.idle_days: {gte: 14}}, say: "{champion.user_id} {champion.idle_days}"}}
`);
    const users = Array.from({ length: 20 }, (_, index) => `user-${index}`);
    await project.ingest([
      identify('ann', { role: 'owner' }, '2024-01-01T00:00:00Z'),
      ...stretch('acme', 'ann', '2024-09-01', 365),
      ...users.flatMap((user) => stretch('acme', user, '2024-09-01', 365)),
      ...stretch('other', 'old', '2025-01-01', 1),
    ]);
    await project.close('2025-01-01', '2025-08-30');
    expect(await project.moves('quiet')).toEqual([['2025-08-30', 'open', 'old 241']]);
    // The year has 7,665 days of users, its last two months 1,280: they are read twice.
    expect(await countRead(project, '2025-08-30')).toBeLessThan(4_000);
  });

  it('is told exactly at earlier closes too', async () => {
    const project = await start(`
metrics:
  far: {streak: {any: [{champion.idle_days: {lte: 10}}, {champion.idle_days: {gte: 50}}]}, unit: day}
rules: {far: {kind: churn_risk, when: {far: {gte: 0}}, say: "{far} days, {champion.idle_days} now"}}
`);
    await project.ingest([
      ...stretch('acme', 'ann', '2026-01-01', 3),
      track('acme', 'ann', 'used', '2026-03-01T10:00:00Z'),
    ]);
    await project.close('2026-01-03');
    await project.apply(`
metrics:
  far: {streak: {any: [{champion.idle_days: {lte: 10}}, {champion.idle_days: {gte: 50}}]}, unit: day}
rules: {again: {kind: churn_risk, when: {far: {gte: 0}}, say: "{far} days, {champion.idle_days} now"}}
`);
    await project.close('2026-03-05');
    // Five days since the first of March, and the seven before, at which January was fifty days ago.
    expect(await project.moves('again')).toEqual([['2026-03-05', 'open', '12 days, 4 now']]);
  });
});

describe('rules about the champion', () => {
  it('see a change at its close only, and who it is from then on', async () => {
    const project = await start();
    await project.ingest([
      identify('bob', { role: 'owner', email: 'bob@acme.com' }, '2026-03-02T00:00:00Z'),
      ...stretch('acme', 'ann', '2026-03-01', 1),
      ...stretch('acme', 'bob', '2026-03-02', 2),
    ]);
    await project.close('2026-03-01', '2026-03-02', '2026-03-03', '2026-03-04');
    expect(await project.moves('taken')).toEqual([
      ['2026-03-03', 'open', 'bob@acme.com took over'],
      ['2026-03-04', 'resolved', 'bob@acme.com took over'],
    ]);
  });

  it('ask an earlier close who was champion then, and how long idle', async () => {
    const project = await start(`
metrics:
  quiet_days: {streak: {champion.idle_days: {gte: 1}}, unit: day}
  new_days: {streak: {champion.user_id: bob}, unit: day}
rules:
  quiet: {kind: churn_risk, when: {quiet_days: {gte: 1}}, say: "{quiet_days} days"}
  new: {kind: churn_risk, when: {new_days: {gte: 2}}, say: "{new_days} days"}
`);
    await project.ingest([
      identify('bob', { role: 'owner' }, '2026-03-02T00:00:00Z'),
      ...stretch('acme', 'ann', '2026-03-01', 1),
      ...stretch('acme', 'bob', '2026-03-02', 2),
    ]);
    await project.close('2026-03-01', '2026-03-02', '2026-03-03', '2026-03-04');
    // Ann was idle on the 2nd; Bob, champion from the 3rd, is idle on the 4th.
    expect(await project.moves('quiet')).toEqual([
      ['2026-03-02', 'open', '1 days'],
      ['2026-03-03', 'resolved', '0 days'],
      ['2026-03-04', 'open', '1 days'],
    ]);
    expect(await project.moves('new')).toEqual([['2026-03-04', 'open', '2 days']]);
  });
});

describe('a tick', () => {
  it('tells the champion of the last close, whatever happened since', async () => {
    const project = await start(`
metrics: {used: {count: used, window: ever}}
rules:
  busy: {kind: pql, when: {used: {gte: 5}}, say: "{champion.name} {champion.idle_days} {champion.changed}"}
`);
    await project.ingest([
      ...stretch('acme', 'ann', '2026-03-01', 2),
      identify('ann', { name: 'Ann' }, '2026-03-01T00:00:00Z'),
    ]);
    await project.close('2026-03-01', '2026-03-02');
    project.setNow('2026-03-03T12:00:00Z');
    await project.ingest([
      identify('bob', { role: 'owner' }, '2026-03-03T08:00:00Z'),
      ...[1, 2, 3].map((hour) => track('acme', 'bob', 'used', `2026-03-03T0${hour}:00:00Z`)),
    ]);
    await project.tick();
    expect(await project.moves('busy')).toEqual([['2026-03-03', 'open', 'Ann 1 false']]);
    const [row] = await project.rows(`SELECT evidence FROM transitions FINAL WHERE rule = 'busy'`);
    expect(JSON.parse(String(row?.evidence)).champion).toMatchObject({
      name: 'Ann',
      idleDays: 0,
      since: '2026-03-01',
      reasons: ['active on 2 of 28 days', 'uses 1 of 1 features'],
      next: [],
    });
  });
});

describe('closing again', () => {
  it('changes nothing', async () => {
    const project = await start();
    await project.ingest([
      identify('bob', { role: 'owner' }, '2026-03-02T00:00:00Z'),
      ...stretch('acme', 'ann', '2026-03-01', 1),
      ...stretch('acme', 'bob', '2026-03-02', 2),
    ]);
    await project.close('2026-03-01', '2026-03-02', '2026-03-03');
    const before = await project.champions();
    await project.close('2026-03-03');
    expect(await project.champions()).toEqual(before);
    await project.close('2026-03-02', '2026-03-03');
    expect(await project.champions()).toEqual(before);
  });

  it('takes back what late events make untrue', async () => {
    const project = await start();
    await project.ingest([
      ...stretch('acme', 'ann', '2026-03-10', 1),
      ...stretch('acme', 'bob', '2026-03-03', 8),
      ...stretch('other', 'bob', '2026-03-01', 10),
    ]);
    await project.close('2026-03-01', '2026-03-10');
    const late = stretch('acme', 'ann', '2026-03-02', 8);
    expect(await project.champions()).toMatchObject([{ account_id: 'acme', user_id: 'bob' }, {}]);
    await project.ingest(late);
    await project.close('2026-03-10');
    expect(await project.champions()).toMatchObject([
      { account_id: 'acme', day: '2026-03-10', user_id: 'ann' },
      { account_id: 'other', day: '2026-03-01', user_id: 'bob' },
    ]);
  });
});

describe('the days of many accounts', () => {
  it('have the champions that the page of the language tells, in one statement from raw events', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anAccount, { minLength: 40, maxLength: 60 }), async (accounts) => {
        const project = await start();
        const named = accounts.map((users, index) => [`account-${index}`, users] as const);
        await project.ingest(named.flatMap(([account, users]) => envelopesOf(account, users)));
        await project.findAll(FIRST, addDays(FIRST, DAYS - 1));
        const found = await project.champions();
        for (const [account, users] of named)
          expect(found.filter(({ account_id }) => account_id === account)).toEqual(
            tellChampions(account, users).map((told) => expect.objectContaining(told)),
          );
      }),
      { numRuns: 4, endOnFailure: true },
    );
  });

  it('are the same closed one after the other, and all at once from the stored series', async () => {
    const project = await start();
    const accounts = fc.sample(anAccount, { numRuns: 20, seed: 3 });
    const events = accounts.flatMap((users, index) => envelopesOf(`account-${index}`, users));
    await project.ingest(events);
    const days = Array.from({ length: 14 }, (_, index) => addDays(FIRST, 26 + index));
    const [first = FIRST] = days;
    await project.close(...days);
    const one = await project.champions();
    await project.store.execute({ sql: 'TRUNCATE TABLE champions', params: {}, columns: [] });
    await project.findAll(first, days.at(-1) ?? first, { raw: false });
    expect(await project.champions()).toEqual(one);
    expect(one.length).toBeGreaterThan(20);
  });
});

describe('explain', () => {
  it('tells the champion and who comes next, from raw events', async () => {
    const project = await start();
    await project.ingest([
      ...stretch('acme', 'ann', '2026-03-01', 3),
      ...stretch('acme', 'bob', '2026-03-01', 1),
    ]);
    await project.close('2026-03-01', '2026-03-02', '2026-03-03');
    const explain = (account: string) =>
      explainAccount({
        ...project.evaluator(),
        account: account as AccountId,
        rule: undefined,
        at: undefined,
        verify: false,
      });
    const explanation = await explain('acme');
    expect(explanation.champion).toMatchObject({ userId: 'ann', next: [{ userId: 'bob', idleDays: 2 }] });
    expect(formatExplanation(explanation, 'text')).toContain(
      [
        'Champion',
        '  ann: active on 3 of 28 days, uses 1 of 1 features (25.36 points), since 2026-03-01',
        '  next bob: active on 1 of 28 days, uses 1 of 1 features (21.79 points)',
      ].join('\n'),
    );
  });
});
