// The port for data teams: reads everything in the database, writes nothing, and reaches nothing else.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { HARMLESS_TABLE_FUNCTIONS, refuseStatement } from '../../src/store/engine/refuse-statement.ts';
import { startTestEngine, type TestEngine } from './support/engine.ts';

let running: TestEngine;
let secretFile: string;

beforeAll(async () => {
  running = await startTestEngine();
  const store = await running.openDatabase('shop');
  await store.execute({
    sql: 'CREATE TABLE orders (file String, url UInt8) ENGINE = MergeTree ORDER BY file',
    params: {},
    columns: [],
  });
  await store.execute({ sql: "INSERT INTO orders SELECT 'a', 1", params: {}, columns: [] });
  secretFile = join(running.dataDir, 'secret.csv');
  await writeFile(secretFile, 'secret\n');
});
afterAll(() => running.stop());

async function read(body: string, query: Readonly<Record<string, string>> = {}) {
  const { url, username, password } = running.engine.reader;
  const response = await fetch(`${url}/?${new URLSearchParams({ database: 'shop', ...query })}`, {
    method: 'POST',
    headers: { 'x-clickhouse-user': username, 'x-clickhouse-key': password },
    body,
  });
  return { code: response.headers.get('x-clickhouse-exception-code'), text: await response.text() };
}

test.each([
  ['SELECT file, url FROM orders', 'a\t1\n'],
  ['WITH file AS (SELECT 1 AS url) SELECT url FROM file', '1\n'],
  ["SELECT 'file(''x'') INTO OUTFILE', url IN (1) FROM orders", "file(\\'x\\') INTO OUTFILE\t1\n"],
  ['(SELECT count() FROM numbers(3))', '3\n'],
  ['SELECT 1 /* INTO OUTFILE */ -- url(\n', '1\n'],
  ["SHOW TABLES LIKE 'orders'", 'orders\n'],
])('reads: %s', async (sql, text) => {
  expect((await read(sql)).text).toBe(text);
});

test.each([
  ["INSERT INTO orders VALUES ('b', 2)"],
  ['DROP TABLE orders'],
  ['CREATE TABLE t (a UInt8) ENGINE = Memory'],
  ['CREATE TEMPORARY TABLE t (a UInt8)'],
  ['SET max_threads = 1'],
  ['KILL QUERY WHERE 1'],
  ['SYSTEM FLUSH LOGS'],
  ['SELECT 1; DROP TABLE orders'],
  ["SELECT 1 INTO OUTFILE 'FILE'"],
  ["SELECT 1 INTO/**/OUTFILE 'FILE'"],
  ["SELECT * FROM file('FILE')"],
  ["SELECT * FROM FiLe /* x */ ('FILE')"],
  ["SELECT * FROM `file`('FILE')"],
  ["SELECT * FROM `fi\\x6ce`('FILE')"],
  ["SELECT file('FILE')"],
  ["SELECT `file`('FILE')"],
  ['SELECT * FROM `FILE`'],
  ["SELECT * FROM 'FILE'"],
  ['DESCRIBE TABLE "FILE"'],
  ["DESCRIBE file('FILE')"],
  ["SELECT 1 WHERE 1 IN (SELECT 1 FROM url('http://127.0.0.1:9/', 'CSV', 'a UInt8'))"],
  ["SELECT * FROM urlCluster('c', 'http://127.0.0.1:9/', 'CSV', 'a UInt8')"],
  ["SELECT * FROM remote('127.0.0.1:9', system.one)"],
  ["EXPLAIN SELECT * FROM s3('http://127.0.0.1:9/')"],
  ['SELECT 1 SETTINGS readonly = 0'],
])('refuses: %s', async (sql) => {
  const { code, text } = await read(sql.replaceAll('FILE', secretFile));
  expect(Number(code)).toBeGreaterThan(0);
  expect(text).not.toContain('secret\n');
});

test('lets change how a result looks and nothing else', async () => {
  expect((await read('SELECT true', { format_csv_delimiter: ';', max_execution_time: '5' })).code).toBeNull();
  expect((await read('SELECT 1', { readonly: '0' })).code).toBeNull();
  expect((await read('DROP TABLE orders', { readonly: '0' })).code).not.toBeNull();
  expect((await read('SELECT 1', { dialect: 'prql' })).code).toBe('164');
});

test('the secrets of the owner do not open the port of readers, nor the other way round', async () => {
  const { url, reader, username, password } = running.engine;
  const status = async (at: string, name: string, key: string) =>
    (
      await fetch(`${at}/?query=SELECT%201`, {
        headers: { 'x-clickhouse-user': name, 'x-clickhouse-key': key },
      })
    ).status;
  expect(await status(url, reader.username, reader.password)).toBe(403);
  expect(await status(reader.url, username, password)).toBe(403);
});

test('every table function of this ClickHouse is known to be harmless, or refused', async () => {
  const { text } = await read('SELECT name FROM system.table_functions');
  const names = text.trim().split('\n');
  expect(names.length).toBeGreaterThan(80);
  const open = names.filter(
    (name) =>
      !HARMLESS_TABLE_FUNCTIONS.has(name.toLowerCase()) &&
      !refuseStatement(`SELECT * FROM ${name}('x')`, { reader: true }),
  );
  expect(open).toEqual([]);
});
