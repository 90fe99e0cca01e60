// What every Store must do, whichever ClickHouse is behind it.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CompiledStatement, StatementParameter } from '../../src/model/statement.ts';
import { type Store, StoreError } from '../../src/model/store.ts';

const statement = (
  sql: string,
  params: Readonly<Record<string, StatementParameter>> = {},
): CompiledStatement => ({
  sql,
  params,
  columns: [],
});

const collect = async (chunks: AsyncIterable<Uint8Array>): Promise<string> => {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts).toString('utf8');
};

export interface StoreUnderTest {
  readonly store: Store;
  close(): Promise<void>;
}

export function describeStore(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`the store on ${name}`, () => {
    let opened: StoreUnderTest;
    let store: Store;

    beforeAll(async () => {
      opened = await open();
      store = opened.store;
      await store.execute(
        statement(
          'CREATE TABLE words (word String, times Nullable(UInt64)) ENGINE = MergeTree ORDER BY word',
        ),
      );
    });
    afterAll(() => opened.close());

    const refusal = (work: Promise<unknown>): Promise<StoreError> =>
      work.then(
        () => Promise.reject(new Error('it was not refused')),
        (error: unknown) => (error instanceof StoreError ? error : Promise.reject(error)),
      );

    test('answers rows with 64-bit integers as text, decimals and floats as numbers and times as text', async () => {
      const rows = await store.query(
        statement(`SELECT toUInt64(18446744073709551615) AS big, toDecimal64(1.5, 2) AS decimal, 0.25 AS float,
          toUInt32(7) AS small, toDateTime64('2026-03-01 09:30:00.120', 3, 'UTC') AS at, CAST(NULL, 'Nullable(Int8)') AS nothing`),
      );
      expect(rows).toEqual([
        {
          big: '18446744073709551615',
          decimal: 1.5,
          float: 0.25,
          small: 7,
          at: '2026-03-01 09:30:00.120',
          nothing: null,
        },
      ]);
    });

    test('takes statements of any length', async () => {
      const words = Array.from({ length: 60_000 }, (_, index) => `'word ${index}'`);
      const long = `SELECT length([${words.join(', ')}]) AS n`;
      expect(await store.query(statement(long))).toEqual([{ n: '60000' }]);
      expect((await store.execute(statement(long))).writtenRows).toBe(0);
      expect(await store.query(statement(`SELECT getSetting('max_query_size') AS most`))).toEqual([
        { most: 262_144 },
      ]);
    });

    test('binds any text as a parameter, and lists of it', async () => {
      const nasty = `it's \\ a "b" \`c\` \t tab \n line {x:String} ünï 🦭`;
      const rows = await store.query(
        statement(
          'SELECT {one: String} AS one, {many: Array(String)} AS many, {n: Int64} AS n, {yes: Bool} AS yes',
          {
            one: nasty,
            many: [nasty, '', "'"],
            n: -9007199254740991,
            yes: true,
          },
        ),
      );
      expect(rows).toEqual([{ one: nasty, many: [nasty, '', "'"], n: '-9007199254740991', yes: true }]);
    });

    test('keeps the settings of a statement to that statement', async () => {
      const own = await store.query(
        statement("SELECT toString(getSetting('max_block_size')) AS s SETTINGS max_block_size = 7"),
      );
      const next = await store.query(statement("SELECT toString(getSetting('max_block_size')) AS s"));
      expect(own).toEqual([{ s: '7' }]);
      expect(next).not.toEqual([{ s: '7' }]);
    });

    test('inserts a block of tab-separated rows', async () => {
      const body = Buffer.from('a\\tb\\nc\\\\\t1\nünï\t\\N\n');
      await store.insert({ table: 'words', columns: ['word', 'times'], rows: 2, body });
      expect(await store.query(statement('SELECT word, times FROM words ORDER BY word'))).toEqual([
        { word: 'a\tb\nc\\', times: '1' },
        { word: 'ünï', times: null },
      ]);
    });

    test('rejects an insert whose body has another number of rows than it says', async () => {
      const insert = (rows: number) =>
        store.insert({ table: 'words', columns: ['word'], rows, body: Buffer.from('counted\ntwice\n') });
      expect((await refusal(insert(3))).message).toContain('3 rows were sent');
      expect((await refusal(insert(1))).message).toContain('1 rows were sent');
    });

    test('rejects an insert with one bad row', async () => {
      const body = Buffer.from('good\t1\nbad\tmany\n');
      const error = await refusal(
        store.insert({ table: 'words', columns: ['word', 'times'], rows: 2, body }),
      );
      expect(error.code).toBe(27);
      expect(error.retryable).toBe(false);
    });

    test('inserts a block of many megabytes', async () => {
      await store.execute(statement('CREATE TABLE long (text String) ENGINE = MergeTree ORDER BY tuple()'));
      const rows = 20_000;
      const body = Buffer.from(`${'x'.repeat(1000)}\n`.repeat(rows));
      await store.insert({ table: 'long', columns: ['text'], rows, body });
      expect(
        await store.query(statement('SELECT count() AS n, sum(length(text)) AS bytes FROM long')),
      ).toEqual([{ n: String(rows), bytes: String(rows * 1000) }]);
    });

    test("says ClickHouse's own code and words when it refuses", async () => {
      const error = await refusal(store.query(statement('SELECT * FROM no_such_table')));
      expect(error.code).toBe(60);
      expect(error.retryable).toBe(false);
      expect(error.message).toContain('no_such_table');
    });

    test('answers the next query rightly after one that failed halfway', async () => {
      for (let round = 0; round < 5; round++) {
        await refusal(store.query(statement('SELECT throwIf(number = 150000) FROM numbers(200000)')));
        expect(await store.query(statement('SELECT 5 AS five'))).toEqual([{ five: 5 }]);
      }
    });

    test('hands out a result in the format that was asked for', async () => {
      const chunks = store.queryRaw(statement('SELECT number, toString(number) AS text FROM numbers(2);\n'), {
        format: 'CSVWithNames',
        readonly: false,
      });
      expect(await collect(chunks)).toBe('"number","text"\n0,"0"\n1,"1"\n');
    });

    test('hands out a large result whole', async () => {
      const chunks = store.queryRaw(statement('SELECT number FROM numbers(1000000)'), {
        format: 'TabSeparated',
        readonly: true,
      });
      expect((await collect(chunks)).length).toBe(6_888_890);
    });

    test('writes nothing when reading was asked for', async () => {
      const chunks = store.queryRaw(statement("SELECT 1 INTO OUTFILE '/nowhere/x'"), {
        format: 'TabSeparated',
        readonly: true,
      });
      await refusal(collect(chunks));
      const drop = store.queryRaw(statement('DROP TABLE words'), { format: 'TabSeparated', readonly: true });
      await refusal(collect(drop));
      expect(await store.query(statement('EXISTS TABLE words'))).toEqual([{ result: 1 }]);
    });

    test('serves an insert and a select beside a slow query', async () => {
      const slow = store.query(
        statement('SELECT sleepEachRow(1) FROM numbers(3) SETTINGS max_block_size = 1'),
      );
      const started = performance.now();
      await store.insert({ table: 'words', columns: ['word'], rows: 1, body: Buffer.from('beside\n') });
      await store.query(statement('SELECT 1 AS one'));
      expect(performance.now() - started).toBeLessThan(1500);
      await slow;
    });

    test('keeps parameters apart between queries at once', async () => {
      const numbers = Array.from({ length: 60 }, (_, index) => index);
      const rows = await Promise.all(
        numbers.map((n) => store.query<{ n: number }>(statement('SELECT {n: UInt16} AS n', { n }))),
      );
      expect(rows.map(([row]) => row?.n)).toEqual(numbers);
    });

    test('answers a ping', async () => {
      expect(await store.ping()).toBe(true);
    });
  });
}
