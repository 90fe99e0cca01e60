// What the page asks the tables every few seconds: the figures are right, and do not cost more as the tables grow.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AccountId } from '../../src/model/ids.ts';
import type { CompiledStatement } from '../../src/model/statement.ts';
import type { Store } from '../../src/model/store.ts';
import type { EpochMicros } from '../../src/model/time.ts';
import { countOpenSignals } from '../../src/store/read/count-open-signals.ts';
import { readLatestScores } from '../../src/store/read/read-latest-scores.ts';
import { MOST_DEAD_LETTERS, readPipeline } from '../../src/store/read/read-pipeline.ts';
import { writeTransitions } from './deliver-transitions.ts';
import { startTestEngine, type TestEngine } from './support/engine.ts';

let engine: TestEngine;
beforeAll(async () => {
  engine = await startTestEngine();
});
afterAll(() => engine.stop());

const run = (store: Store, sql: string) => store.execute({ sql, params: {}, columns: [] });

/** How the engine goes about what `read` asks of a table. */
async function plans(store: Store, table: string): Promise<readonly string[]> {
  const asked: CompiledStatement[] = [];
  const query: Store['query'] = (statement) => {
    asked.push(statement);
    return store.query(statement);
  };
  await readPipeline({ ...store, query });
  const ofTable = asked.filter(({ sql }) => sql.includes(`FROM ${table}`));
  const explained = await Promise.all(
    ofTable.map((statement) =>
      store.query<{ explain: string }>({ ...statement, sql: `EXPLAIN actions = 1 ${statement.sql}` }),
    ),
  );
  return explained.map((rows) => rows.map(({ explain }) => explain).join('\n'));
}

const TICKS = 300_000;

test('the latest tick and close are read from the end of the evaluations', async () => {
  const store = await engine.openDatabase();
  expect(await readPipeline(store)).toEqual({
    lastTickAt: undefined,
    lastTickMs: undefined,
    lastCloseDay: undefined,
    deadLetters: 0,
  });
  await run(
    store,
    `INSERT INTO evaluations (tick, phase, kind, applied, at, day, ruleset_hash, rules, accounts, rows_read, milliseconds, written_at)
SELECT number, arrayJoin(['started', 'finished']), if(number % 10000 = 9000, 'close', 'tick'), true, toDateTime64(number, 3, 'UTC'),
  toDate(intDiv(number, 10000)), '', [], 0, 0, number % 100, now64(6) FROM numbers(${TICKS})`,
  );
  await run(
    store,
    `INSERT INTO evaluations (tick, phase, kind, applied, at, day, ruleset_hash, rules, accounts, rows_read, milliseconds, written_at)
SELECT ${TICKS}, 'started', 'tick', true, now64(3), today(), '', [], 0, 0, 0, now64(6)`,
  );
  expect(await readPipeline(store)).toMatchObject({
    lastTickAt: (TICKS - 1) * 1000,
    lastTickMs: 99,
    lastCloseDay: '1970-01-30',
  });
  const reverse = expect.stringMatching(/Read ?type: InReverseOrder/i);
  expect(await plans(store, 'evaluations')).toEqual([reverse, reverse]);
});

test('dead letters are counted once each, and not beyond what anybody reads', async () => {
  const store = await engine.openDatabase();
  const insert = (rows: number) =>
    run(
      store,
      `INSERT INTO dead_letters (received_at, source, topic, partition, offset, reason, detail, body)
SELECT now64(6), 'topic', 't', 0, number, 'r', '', '' FROM numbers(${rows})`,
    );
  await insert(5);
  await insert(5);
  expect((await readPipeline(store)).deadLetters).toBe(5);
  await insert(MOST_DEAD_LETTERS * 3);
  expect((await readPipeline(store)).deadLetters).toBe(MOST_DEAD_LETTERS);
});

test('an opening that lost its step is not counted as open', async () => {
  const store = await engine.openDatabase();
  await writeTransitions(store, {}, { accountId: 'beta' as AccountId, to: 'pending', episode: undefined });
  const late = 4_000_000_000_000_000 as EpochMicros;
  await writeTransitions(store, { accountId: 'beta' as AccountId, evaluatedAt: late });
  expect(await countOpenSignals(store)).toBe(1);
});

test('of each score the latest is read, of the accounts that are asked for only', async () => {
  const store = await engine.openDatabase();
  await run(
    store,
    `INSERT INTO scores (account_id, score, tick, at, day, value, band, coverage, parts)
SELECT concat('a', toString(number % 3)), if(number % 2 = 0, 'even', 'odd'), number, now64(3), today(), number, 'b', 1, '[]' FROM numbers(60)`,
  );
  const scores = await readLatestScores(store, ['a0', 'a2', 'unknown'] as AccountId[]);
  expect([...scores].map(([account, { even, odd }]) => [account, even?.value, odd?.value])).toEqual([
    ['a0', 54, 57],
    ['a2', 56, 59],
  ]);
  expect(await readLatestScores(store, [])).toEqual(new Map());
});
