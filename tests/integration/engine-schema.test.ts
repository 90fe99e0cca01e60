// The schema on a real engine: migrations, the row that wins, and the views against a definition in TypeScript.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Store } from '../../src/model/store.ts';
import { INSERT_COLUMNS, type IngestTable } from '../../src/model/tables.ts';
import type { EpochMicros } from '../../src/model/time.ts';
import { openStore } from '../../src/store/clickhouse-store.ts';
import { migrate } from '../../src/store/migrate.ts';
import { MIGRATIONS } from '../../src/store/migrations.ts';
import { readSchemaState } from '../../src/store/read-schema-state.ts';
import { attribute, type LooseEvent, type Membership } from './support/attribute.ts';
import { startTestEngine, type TestEngine } from './support/engine.ts';

const NOW = 1_772_357_400_000_000 as EpochMicros;
let running: TestEngine;
beforeAll(async () => {
  running = await startTestEngine();
});
afterAll(() => running.stop());

const connect = (database: string) => {
  const { url, username, password } = running.engine;
  return { url, username, password, database };
};

const query = <Row extends object>(store: Store, sql: string) =>
  store.query<Row>({ sql, params: {}, columns: [] });

type Row = Readonly<Record<string, string | number>>;

async function insertRows(store: Store, table: IngestTable, rows: readonly Row[]): Promise<void> {
  const columns: readonly string[] = INSERT_COLUMNS[table];
  const lines = rows.map((row) => columns.map((column) => String(row[column] ?? '')).join('\t'));
  await store.insert({ table, columns, rows: rows.length, body: Buffer.from(`${lines.join('\n')}\n`) });
}

/** Seconds after an epoch of the test, as ClickHouse text. */
const at = (seconds: number): string =>
  new Date(Date.UTC(2026, 2, 1) + seconds * 1000).toISOString().replace('T', ' ').replace('Z', '');

const rawRow = (row: Row): Row => ({
  event: 'login',
  timestamp: at(0),
  id: 'e1',
  user_id: '',
  properties: '{}',
  received_at: at(0),
  known_at: at(0),
  batch_id: '00000000-0000-4000-8000-000000000000',
  topic: 'events',
  partition: 0,
  offset: 0,
  ...row,
});

const membershipRow = ({ user, account, validFrom }: Membership): Row => ({
  user_id: user,
  account_id: account,
  valid_from: at(validFrom),
  received_at: at(0),
  known_at: at(0),
});

describe('the state of a schema, read by a user who may only read', () => {
  const stateOf = async (database: string, migrations = MIGRATIONS) => {
    const store = openStore({ ...running.engine.reader, database });
    try {
      return await readSchemaState(store, migrations);
    } finally {
      await store.close();
    }
  };

  test('is missing without a database, and reading it makes none', async () => {
    expect(await stateOf('never_made')).toEqual({ is: 'missing' });
    expect(await stateOf('never_made')).toEqual({ is: 'missing' });
    await migrate({ connect: connect('made_empty'), now: NOW, migrations: [] });
    expect(await stateOf('made_empty')).toEqual({ is: 'missing' });
  });

  test('is current, or lacks migrations of this version, or has those of a newer one', async () => {
    const early = MIGRATIONS.slice(0, 2);
    const later = MIGRATIONS.slice(2).map(({ number }) => number);
    await migrate({ connect: connect('early'), now: NOW, migrations: early });
    expect(await stateOf('early', early)).toEqual({ is: 'current' });
    expect(await stateOf('early')).toEqual({ is: 'older', pending: later });
    expect(await stateOf('early', MIGRATIONS.slice(0, 1))).toEqual({ is: 'newer', unknown: [2] });
    await migrate({ connect: connect('early'), now: NOW });
    expect(await stateOf('early')).toEqual({ is: 'current' });
  });

  test('says a failure for what it is, and not for a missing database', async () => {
    const { reader } = running.engine;
    const store = openStore({ ...reader, password: 'wrong', database: 'early' });
    await expect(readSchemaState(store)).rejects.toThrow('rejected the user');
    await store.close();
  });
});

describe('migrating', () => {
  test('applies everything once', async () => {
    expect(await migrate({ connect: connect('once'), now: NOW })).toEqual(
      MIGRATIONS.map(({ number }) => number),
    );
    expect(await migrate({ connect: connect('once'), now: NOW })).toEqual([]);
  });

  test('is harmless when several processes do it at once', async () => {
    await Promise.all(Array.from({ length: 4 }, () => migrate({ connect: connect('at_once'), now: NOW })));
    const store = openStore(connect('at_once'));
    const rows = await query(store, 'SELECT number, applied_at FROM schema_migrations FINAL ORDER BY number');
    expect(rows).toEqual(
      MIGRATIONS.map(({ number }) => ({ number, applied_at: '2026-03-01 09:30:00.000000' })),
    );
    await store.close();
  });

  test('goes on after a crash in the middle of a migration', async () => {
    const first = {
      number: 1,
      name: 'two',
      statements: ['CREATE TABLE a (x UInt8) ENGINE = Memory', 'CREATE NONSENSE'],
    };
    await expect(migrate({ connect: connect('crashed'), now: NOW, migrations: [first] })).rejects.toThrow(
      'Syntax error',
    );
    const repaired = {
      ...first,
      statements: ['CREATE TABLE a (x UInt8) ENGINE = Memory', 'CREATE VIEW b AS SELECT 1'],
    };
    expect(await migrate({ connect: connect('crashed'), now: NOW, migrations: [repaired] })).toEqual([1]);
  });

  test('refuses a landed migration whose text has changed, and a database that is newer', async () => {
    const landed = { number: 1, name: 'words', statements: ['CREATE TABLE a (x UInt8) ENGINE = Memory'] };
    const run = (migrations: readonly (typeof landed)[]) =>
      migrate({ connect: connect('changed'), now: NOW, migrations });
    await run([landed]);
    await expect(run([{ ...landed, statements: ['SELECT 1'] }])).rejects.toThrow(
      'migration 1 (words) of database changed differs from the one in this version',
    );
    await expect(run([])).rejects.toThrow('run a newer version');
  });

  test('refuses a name that is none for a database', async () => {
    await expect(migrate({ connect: connect('a; DROP'), now: NOW })).rejects.toThrow(
      'is no name for a database',
    );
  });
});

describe('raw events', () => {
  let store: Store;
  beforeAll(async () => {
    store = await running.openDatabase('raw');
  });

  const winner = async (id: string) =>
    (
      await query<{ properties: string }>(
        store,
        `SELECT properties FROM usage_events FINAL WHERE id = '${id}'`,
      )
    ).map(({ properties }) => properties);

  test('the first received wins, in whatever order they are inserted', async () => {
    const early = rawRow({ account_id: 'a', id: 'first', received_at: at(1), properties: '{"n":1}' });
    const late = rawRow({
      account_id: 'a',
      id: 'first',
      received_at: at(2),
      properties: '{"n":2}',
      offset: 9,
    });
    await insertRows(store, 'usage_events', [early]);
    await insertRows(store, 'usage_events', [late]);
    await insertRows(store, 'usage_events', [early]);
    expect(await winner('first')).toEqual(['{"n":1}']);
    await store.execute({ sql: 'OPTIMIZE TABLE usage_events FINAL', params: {}, columns: [] });
    expect(await winner('first')).toEqual(['{"n":1}']);
  });

  test('of two received in the same microsecond the place decides, in either order', async () => {
    const rows = [1, 2].map((offset) =>
      rawRow({ account_id: 'a', received_at: at(1), properties: `{"n":${offset}}`, offset }),
    );
    for (const row of rows) await insertRows(store, 'usage_events', [{ ...row, id: 'forth' }]);
    for (const row of rows.toReversed()) await insertRows(store, 'usage_events', [{ ...row, id: 'back' }]);
    expect(await winner('forth')).toEqual(await winner('back'));
  });

  test('accounts are known from their first to their last event, membership or trait', async () => {
    for (const seconds of [50, 10, 90]) {
      await insertRows(store, 'usage_events', [
        rawRow({ account_id: 'seen', id: `s${seconds}`, timestamp: at(seconds) }),
      ]);
    }
    await insertRows(store, 'memberships', [membershipRow({ user: 'u', account: 'seen', validFrom: 5 })]);
    await insertRows(store, 'account_traits', [
      {
        ...rawRow({ account_id: 'seen', trait: 'plan', message_id: 'm1' }),
        valid_from: at(95),
        value: '"pro"',
      },
    ]);
    expect(await query(store, "SELECT * FROM accounts_current WHERE account_id = 'seen'")).toEqual([
      { account_id: 'seen', first_seen: at(5), last_seen: at(95), traits: { plan: 'pro' } },
    ]);
  });

  test('current traits are the latest ones, without those taken away', async () => {
    const trait = (name: string, value: string, validFrom: number, id: string) => ({
      ...rawRow({ account_id: 'traits', trait: name, message_id: id }),
      valid_from: at(validFrom),
      value,
    });
    await insertRows(store, 'account_traits', [
      trait('plan', '"team"', 20, 'm2'),
      trait('plan', '"free"', 10, 'm1'),
      trait('seats', '12', 10, 'm3'),
      trait('gone', '"x"', 10, 'm4'),
      trait('gone', 'null', 11, 'm5'),
    ]);
    const rows = await query<{ traits: unknown }>(
      store,
      "SELECT traits FROM accounts_current WHERE account_id = 'traits'",
    );
    expect(rows).toEqual([{ traits: { plan: 'team', seats: '12' } }]);
  });
});

describe('the view events', () => {
  const USERS = ['ann', 'bob', 'cy'];
  const ACCOUNTS = ['a1', 'a2', 'a3'];
  const second = fc.integer({ min: 0, max: 6 });
  const place = {
    id: fc.constantFrom('e1', 'e2', 'e3'),
    time: second,
    received: fc.integer({ min: 0, max: 50 }),
  };
  const history = fc.record({
    memberships: fc.array(
      fc.record({
        user: fc.constantFrom(...USERS),
        account: fc.constantFrom(...ACCOUNTS),
        validFrom: second,
      }),
      { maxLength: 6 },
    ),
    direct: fc.array(fc.record({ account: fc.constantFrom(...ACCOUNTS), ...place }), { maxLength: 4 }),
    loose: fc.array(fc.record({ user: fc.constantFrom(...USERS), ...place }), { maxLength: 8 }),
    seed: fc.nat(),
  });

  let store: Store;
  beforeAll(async () => {
    store = await running.openDatabase('attributed');
  });

  test('counts and attributes as defined, for any order of arrival', async () => {
    await fc.assert(
      fc.asyncProperty(history, async ({ memberships, direct, loose, seed }) => {
        for (const table of ['memberships', 'usage_events', 'unattributed_events'])
          await store.execute({ sql: `TRUNCATE TABLE ${table}`, params: {}, columns: [] });
        // Each row was received at an instant of its own, so that the winner can be told without hashing places.
        const numbered = loose.map((event, index) => ({ ...event, received: event.received * 100 + index }));
        const writes: (() => Promise<void>)[] = [
          ...memberships.map((row) => () => insertRows(store, 'memberships', [membershipRow(row)])),
          ...direct.map(
            (row, index) => () => insertDirect({ ...row, received: row.received * 100 + 50 + index }),
          ),
          ...numbered.map((row) => () => insertLoose(row)),
        ];
        for (const write of shuffle(writes, seed)) await write();
        const wanted = attribute({
          memberships,
          loose: numbered,
          direct: direct.map((row, index) => ({ ...row, received: row.received * 100 + 50 + index })),
        });
        expect(await seen()).toEqual(wanted);
      }),
      { numRuns: 40 },
    );
  });

  const insertDirect = (row: { account: string; id: string; time: number; received: number }) =>
    insertRows(store, 'usage_events', [
      rawRow({
        account_id: row.account,
        id: row.id,
        timestamp: at(row.time),
        received_at: at(row.received),
        offset: row.received,
      }),
    ]);

  const insertLoose = (row: LooseEvent) =>
    insertRows(store, 'unattributed_events', [
      rawRow({
        user_id: row.user,
        id: row.id,
        timestamp: at(row.time),
        received_at: at(row.received),
        offset: row.received,
      }),
    ]);

  const seen = async () => {
    const rows = await query<{ line: string }>(
      store,
      `SELECT concat(account_id, ' ', user_id, ' ', id, ' ',
        toString(dateDiff('second', toDateTime64('2026-03-01 00:00:00', 3, 'UTC'), timestamp)), ' ',
        if(attributed, 'attributed', 'direct')) AS line FROM events`,
    );
    return rows.map(({ line }) => line).sort();
  };
});

/** By a generator of its own, so that a failing order can be seen again from its seed. */
function shuffle<T>(items: readonly T[], seed: number): readonly T[] {
  let state = seed % 2147483647 || 1;
  const keyed = items.map((item) => {
    state = (state * 48271) % 2147483647;
    return { item, key: state };
  });
  return keyed.sort((left, right) => left.key - right.key).map(({ item }) => item);
}

describe('the views of signals and scores', () => {
  let store: Store;
  beforeAll(async () => {
    store = await running.openDatabase('signalling');
    const transition = (
      step: number,
      openings: number,
      episode: string,
      from: string,
      to: string,
      second: number,
      evaluated = second,
    ) =>
      `('acme', 'adopted', ${step}, ${openings}, '${episode}', '${from}', '${to}', '${at(second)}', '2026-03-0${step}',
        '2026-03-0${step}', '${at(evaluated)}', 'condition', 'high', 'pql', 'said ${step} at ${evaluated}')`;
    await store.execute({
      sql: `INSERT INTO transitions (account_id, rule, step, openings, episode, from, to, at, day, since, evaluated_at,
        reason, severity, kind, sentence) VALUES
        ${transition(1, 1, 'one', 'none', 'open', 10)},
        ${transition(2, 1, 'one', 'open', 'resolved', 20)},
        ${transition(3, 2, 'two', 'resolved', 'open', 30)},
        ${transition(4, 2, 'two', 'open', 'open', 40)},
        ${transition(4, 2, 'two', 'open', 'resolved', 40, 41)}`,
      params: {},
      columns: [],
    });
    await store.execute({
      sql: `INSERT INTO scores (account_id, score, tick, at, day, value, band, coverage, parts) VALUES
        ('acme', 'adoption', 2, '${at(2)}', '2026-03-01', 71.25, 'high', 0.5, '[]'),
        ('acme', 'adoption', 1, '${at(1)}', '2026-03-01', 12, 'low', 1, '[]')`,
      params: {},
      columns: [],
    });
  });

  test('signals shows the latest transition, since when it is open, and a name', async () => {
    const [row] = await query(store, 'SELECT * FROM signals');
    expect(row).toEqual({
      account_id: 'acme',
      account_name: 'acme',
      rule: 'adopted',
      kind: 'pql',
      state: 'open',
      severity: 'high',
      sentence: 'said 4 at 40',
      since: '2026-03-04',
      opened_at: at(30),
      episode: 'two',
      step: 4,
      reason: 'condition',
      held: false,
      silent: false,
    });
    const name = {
      ...rawRow({ account_id: 'acme', trait: 'name', message_id: 'm' }),
      valid_from: at(0),
      value: '"Acme Inc."',
    };
    await insertRows(store, 'account_traits', [name]);
    expect(await query(store, 'SELECT account_name FROM signals')).toEqual([{ account_name: 'Acme Inc.' }]);
  });

  test('signal_history has every step once, the first written', async () => {
    expect(await query(store, 'SELECT step, to FROM signal_history ORDER BY step')).toEqual(
      ['open', 'resolved', 'open', 'open'].map((to, index) => ({ step: index + 1, to })),
    );
  });

  test('account_scores has the latest of each score', async () => {
    expect(await query(store, 'SELECT score, value, band, coverage FROM account_scores')).toEqual([
      { score: 'adoption', value: 71.25, band: 'high', coverage: 0.5 },
    ]);
  });

  test('account_grades has the latest of each grade', async () => {
    await store.execute({
      sql: `INSERT INTO grades (account_id, grade, tick, at, day, value) VALUES
        ('acme', 'lead', 2, '${at(2)}', '2026-03-02', 'A1'), ('acme', 'lead', 1, '${at(1)}', '2026-03-01', 'C3')`,
      params: {},
      columns: [],
    });
    expect(await query(store, 'SELECT grade, value, day FROM account_grades')).toEqual([
      { grade: 'lead', value: 'A1', day: '2026-03-02' },
    ]);
  });

  test('columns of the views are explained', async () => {
    const rows = await query<{ bare: string }>(
      store,
      `SELECT concat(table, '.', name) AS bare FROM system.columns
       WHERE database = 'signalling' AND comment = '' AND name != 'account_id'
         AND table IN ('events', 'signals', 'signal_history', 'accounts_current', 'account_scores', 'account_grades')`,
    );
    expect(rows).toEqual([]);
  });
});
