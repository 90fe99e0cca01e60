// The port for data teams: reads everything in the database, writes nothing, and reaches nothing else.
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { READER_SETTINGS } from '../../src/store/engine/reader-settings.ts';
import { refuseStatement } from '../../src/store/engine/refuse-statement.ts';
import { HARMLESS_TABLE_FUNCTIONS } from '../../src/store/engine/refuse-to-reader.ts';
import { startTestEngine, type TestEngine } from './support/engine.ts';

let running: TestEngine;
let secretFile: string;
let outFile: string;

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
  outFile = join(running.dataDir, 'written.txt');
  await writeFile(secretFile, 'secret\n');
});
afterAll(() => running.stop());

/** @returns whether there was anything. */
const removeWritten = (): Promise<boolean> =>
  rm(outFile).then(
    () => true,
    () => false,
  );

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
  ['SELECT orders.file, url FROM orders', 'a\t1\n'],
  ['WITH s3 AS (SELECT 1 AS url) SELECT url FROM s3', '1\n'],
  ["SELECT 'file(''x'') INTO OUTFILE', url IN (1) FROM orders", "file(\\'x\\') INTO OUTFILE\t1\n"],
  ['(SELECT count() FROM numbers(3))', '3\n'],
  ['SELECT 1 /* INTO OUTFILE */ -- url(\n', '1\n'],
  ["SHOW TABLES LIKE 'orders'", 'orders\n'],
  ["SELECT count() FROM system.settings WHERE name = 'max_threads'", '1\n'],
  ["SELECT 1 /* /* it's */ a ' */ + 1 // it's\n", '2\n'],
])('reads: %s', async (sql, text) => {
  expect((await read(sql)).text).toBe(text);
});

test.each<[sql: string, code?: number]>([
  ["INSERT INTO orders VALUES ('b', 2)"],
  ['DROP TABLE orders'],
  ['CREATE TABLE t (a UInt8) ENGINE = Memory'],
  ['CREATE TEMPORARY TABLE t (a UInt8)'],
  ['SET max_threads = 1'],
  ['KILL QUERY WHERE 1'],
  ['SYSTEM FLUSH LOGS'],
  ['SELECT 1; DROP TABLE orders', 62],
  ["SELECT 1 INTO OUTFILE '<out>'"],
  ["SELECT 1 INTO/**/OUTFILE '<out>'"],
  ["SELECT * FROM file('<file>')"],
  ["SELECT * FROM FiLe /* x */ ('<file>')"],
  ["SELECT * FROM `file`('<file>')"],
  ["SELECT * FROM `fi\\x6ce`('<file>')"],
  ["SELECT file('<file>')"],
  ["SELECT `file`('<file>')"],
  ['SELECT * FROM `<file>`'],
  ["SELECT * FROM '<file>'", 60],
  ['DESCRIBE TABLE "<file>"'],
  ["DESCRIBE file('<file>')"],
  ["SELECT 1 WHERE 1 IN (SELECT 1 FROM url('http://127.0.0.1:9/', 'CSV', 'a UInt8'))"],
  ["SELECT * FROM urlCluster('c', 'http://127.0.0.1:9/', 'CSV', 'a UInt8')"],
  ["SELECT * FROM remote('127.0.0.1:9', system.one)"],
  ["EXPLAIN SELECT * FROM s3('http://127.0.0.1:9/')"],
  ['SELECT 1 SETTINGS readonly = 0'],
  ['SELECT * FROM (SELECT * FROM default.`<file>` SETTINGS readonly = 0)'],
  ['WITH x AS (SELECT * FROM default.`<file>` settings/**/readonly=2) SELECT * FROM x'],
  ['SELECT * FROM view(SELECT * FROM default.`<file>` SETTINGS max_threads = 1, readonly = 0)'],
  ["SELECT * FROM (SELECT * FROM format(CSV, 'secret') SETTINGS readonly = 0)"],
  ['SELECT * FROM (SELECT * FROM default.`<file>` SETTINGS async_insert, readonly = 0)'],
  ['SELECT * FROM (SELECT * FROM (SELECT * FROM default.`<file>` SETTINGS extremes, readonly = 2))'],
  ['SELECT * FROM (SELECT * FROM default.`<file>` LIMIT 1. SETTINGS async_insert, readonly = 0)'],
  ['SELECT * FROM (SELECT * FROM default.`<file>` FINAL SETTINGS extremes, readonly = 0)'],
  ['SELECT * FROM (SELECT 1 AS show FROM default.`<file>` SETTINGS extremes, readonly = 0)'],
  ['EXPLAIN SELECT * FROM (SELECT * FROM default.`<file>` SETTINGS extremes, readonly = 0)'],
  ['EXPLAIN SETTINGS extremes, readonly = 0 SELECT * FROM default.`<file>`'],
  ['DESCRIBE (SELECT * FROM default.`<file>` SETTINGS extremes, readonly = 0)'],
  ['DESCRIBE TABLE default.`<file>` SETTINGS extremes, readonly = 0'],
  ['SELECT (SELECT * FROM default.`<file>` SETTINGS extremes, readonly = 0)'],
  ["SELECT 1 WHERE 'secret' IN (SELECT * FROM default.`<file>` SETTINGS extremes, readonly = 0)"],
  [
    'WITH x AS (SELECT * FROM default.`<file>` /* /* */ */ SETTINGS -- a\n # b\n extremes, #!c\n readonly = 0) SELECT * FROM x',
  ],
  ['SELECT * FROM view(SELECT * FROM default.`<file>` SETTINGS extremes, readonly = 0)'],
  ['SELECT 1 UNION ALL (SELECT 1 FROM default.`<file>` SETTINGS extremes, readonly = 0)'],
  ["SELECT * FROM file('<file>', SETTINGS extremes, readonly = 0)"],
  ['SELECT 1 FORMAT TSV SETTINGS extremes, readonly = 0'],
  ['SELECT * FROM default.`<file>` PARALLEL WITH SELECT 1'],
  ['SELECT 1 PARALLEL WITH SET readonly = 0'],
  ['CREATE VIEW v AS SELECT * FROM default.`<file>` SETTINGS extremes, readonly = 0'],
  ['SELECT 1 SETTINGS async_insert'],
  ['SELECT * FROM default.`secret.csv`'],
  ['SELECT * FROM "default" /* */ . "secret.csv"'],
  ["SELECT hasColumnInTable('default', '<file>', 'secret')"],
  ["SELECT joinGet('default.<file>', 'c1', 1)"],
  ['SHOW TABLES FROM default'],
  ['SHOW CREATE TABLE default.secret'],
  ["SELECT * FROM (SELECT * FROM default.`<file>` SETTINGS `readonly` = '0')"],
  ["SELECT 1 FORMAT Template SETTINGS format_template_row = '<file>'"],
  ["SELECT 1 SETTINGS format_template_row = '<file>' FORMAT Template"],
  ["SELECT formatRow('Template', a) FROM (SELECT 1 AS a SETTINGS format_template_row = '<file>')"],
  ["SELECT 1 FORMAT Protobuf SETTINGS format_schema = '<file>:M'"],
  ["SELECT 1 FORMAT Protobuf SETTINGS output_format_schema = '<out>'"],
  ['SELECT 1 FORMAT Template'],
  ['SELECT 1 FORMAT `TemplateIgnoreSpaces`'],
  ['SELECT 1 format/**/ProtobufSingle'],
  ['SELECT 1 FORMAT CapnProto'],
  ['SELECT 1 FORMAT AvroConfluent'],
  ["SELECT arrayMap(file, ['<file>'])"],
  ["SELECT arrayMap(`file`, ['<file>'])"],
  ["SELECT arrayMap(`fi\\x6ce`, ['<file>'])"],
  ["SELECT * APPLY file FROM (SELECT '<file>')"],
  ["SELECT * APPLY(file) FROM (SELECT '<file>')"],
  ['SELECT * APPLY("fi\\x6ce") FROM (SELECT \'<file>\')'],
  ["SELECT 1 // '\n INTO OUTFILE '<out>' -- '"],
  ["SELECT 1 # '\n INTO OUTFILE '<out>' -- '"],
  ["SELECT 1 /* /* */ ' */ INTO OUTFILE '<out>' -- '"],
  ["SELECT $a'$ ' $a'$ INTO OUTFILE '<out>' -- '"],
  ["SELECT $a$ INTO OUTFILE '<out>'"],
  ["SELECT x'\\' INTO OUTFILE '<out>' -- '", 62],
  ["SELECT 1 AS “\\” INTO OUTFILE '<out>' -- ”"],
  ["SELECT ‘\\’ INTO OUTFILE '<out>' -- ’"],
  ["SELECT * FROM file('<file>') INTO OUTFILE '<out>'"],
  ["INSERT INTO orders FROM INFILE '<file>' FORMAT CSV"],
  ["INSERT INTO FUNCTION file('<out>', 'CSV', 'a UInt8') SELECT 1"],
  ["WITH 1 AS x INSERT INTO FUNCTION file('<out>', 'CSV', 'a UInt8') SELECT 1"],
  ['CREATE FUNCTION f AS (x) -> file(x)'],
  ["CREATE DICTIONARY d (a UInt64) PRIMARY KEY a SOURCE(FILE(path '<file>' format 'CSV')) LAYOUT(FLAT())"],
  ["CREATE TEMPORARY TABLE t (a String) ENGINE = File(CSV, '<file>')"],
  ["CREATE DATABASE d ENGINE = Filesystem('/')"],
  ["ATTACH TABLE t FROM '<file>' (a UInt8) ENGINE = MergeTree ORDER BY a"],
  ["BACKUP DATABASE shop TO File('<out>')"],
  ["SELECT catboostEvaluate('<file>', 1)"],
  ["SELECT * FROM executable('<file>', CSV, 'a String')"],
  ["SELECT 1 PARALLEL WITH SELECT 1 INTO OUTFILE '<out>'"],
  ['SELECT * FROM write_keys'],
  ['SELECT * FROM shop . `write_keys`'],
  ['SELECT 1 WHERE 1 IN (SELECT length(key_hash) FROM "Write_Keys")'],
  ["SELECT * FROM merge('shop', 'write_.*')"],
  ["SELECT * FROM mergeTreeIndex('shop', 'write_keys')"],
  ['SHOW CREATE TABLE write_keys'],
  ['SELECT query FROM system.processes'],
  ['SHOW PROCESSLIST'],
])('refuses: %s', async (sql, expected = 497) => {
  const { code, text } = await read(sql.replaceAll('<file>', secretFile).replaceAll('<out>', outFile));
  expect(Number(code)).toBe(expected);
  expect(text).not.toContain('secret\n');
  expect(await removeWritten()).toBe(false);
});

test.each<[sql: string, query: Readonly<Record<string, string>>, code?: number]>([
  ['SELECT 1 FORMAT Template', { format_template_row: '<file>' }],
  ['SELECT 1', { default_format: 'Template', format_template_resultset: '<file>' }],
  ['SELECT 1', { default_format: 'Template' }],
  ['SELECT 1', { format_schema: '<file>:M' }, 164],
  ['SELECT 1', { format_schema_source: 'file' }, 164],
  ['SELECT 1', { output_format_schema: '<out>', format_protobuf_use_autogenerated_schema: '1' }, 164],
  ['SELECT 1', { format_avro_schema_registry_url: 'http://127.0.0.1:9/' }, 164],
  ['SELECT 1', { input_format_record_errors_file_path: '<out>' }, 164],
  ['SELECT 1', { user_files_path: '/' }, 164],
  ['SELECT 1', { use_query_cache: '1' }, 164],
  ['SELECT 1', { '`readonly`': '0' }, 164],
  ["SELECT arrayMap({f:Identifier}, ['<file>'])", { param_f: 'file' }],
  ["SELECT arrayMap({f : `identifier`}, ['<file>'])", { param_f: 'file' }],
  ['SELECT * FROM {t:Identifier}', { param_t: '<file>', database: 'default' }],
  ['SELECT * FROM `<file>`', { database: 'default' }],
  ["SELECT * FROM '<file>'", { database: 'default' }, 60],
  ['SELECT 1', { default_format: "TSV INTO OUTFILE '<out>'" }, 73],
  ['SELECT 1', { database: "default`; SELECT 1 INTO OUTFILE '<out>'" }, 81],
])('refuses: %s with %o', async (sql, query, expected = 497) => {
  const named = (text: string) => text.replaceAll('<file>', secretFile).replaceAll('<out>', outFile);
  const { code, text } = await read(
    named(sql),
    Object.fromEntries(Object.entries(query).map(([name, value]) => [name, named(value)])),
  );
  expect(Number(code)).toBe(expected);
  expect(text).not.toContain('secret\n');
  expect(await removeWritten()).toBe(false);
});

// What is refused above would otherwise be there to be read.
test.each([
  ["SELECT * FROM file('<file>')"],
  ["SELECT file('<file>')"],
  ['SELECT * FROM `<file>`'],
  ["SELECT * FROM '<file>'"],
  ['SELECT * FROM (SELECT * FROM default.`<file>` SETTINGS async_insert, readonly = 0)'],
  ['SELECT * FROM (SELECT * FROM default.`<file>` LIMIT 1. SETTINGS async_insert, readonly = 0)'],
  ["SELECT arrayMap(file, ['<file>'])[1]"],
  ['SELECT * APPLY("fi\\x6ce") FROM (SELECT \'<file>\')'],
])('the owner could: %s', async (sql) => {
  const { url, username, password } = running.engine;
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'x-clickhouse-user': username, 'x-clickhouse-key': password },
    body: sql.replaceAll('<file>', secretFile),
  });
  expect((await response.text()).replaceAll('\\n', '\n')).toContain('secret\n');
});

test.each<[query: Readonly<Record<string, string>>]>([[{}], [{ database: '' }], [{ database: 'default' }]])(
  'never stands in the database of files: %o',
  async (query) => {
    const all = { database: 'default', ...query };
    expect((await read('SELECT currentDatabase()', all)).text).toBe('system\n');
  },
);

test('a reader gets a template from a file neither beside a `readonly` of its own on the port of the owner', async () => {
  const { url, username, password } = running.engine;
  const query = new URLSearchParams({ readonly: '1', format_template_row: secretFile });
  const response = await fetch(`${url}/?${query}`, {
    method: 'POST',
    headers: { 'x-clickhouse-user': username, 'x-clickhouse-key': password },
    body: 'SELECT 1',
  });
  expect(response.headers.get('x-clickhouse-exception-code')).toBe('164');
});

test('every setting of readers exists, and none is or names a path, an address or a schema', async () => {
  const { text } = await read('SELECT name FROM system.settings');
  const known = new Set(text.split('\n'));
  expect([...READER_SETTINGS].filter((name) => !known.has(name))).toEqual([]);
  expect(
    [...READER_SETTINGS].filter((name) =>
      /schema|template|path|_url|registry|subject|errors_file/.test(name),
    ),
  ).toEqual([]);
});

test('lets change how a result looks and nothing else', async () => {
  expect((await read('SELECT true', { format_csv_delimiter: ';', max_execution_time: '5' })).code).toBeNull();
  expect((await read('SELECT 1', { readonly: '0' })).code).toBeNull();
  expect((await read('DROP TABLE orders', { readonly: '0' })).code).not.toBeNull();
  expect((await read('SELECT 1', { dialect: 'prql' })).code).toBe('164');
});

describe('a statement is bounded', () => {
  const codeOf = async (sql: string, query: Readonly<Record<string, string>> = {}) =>
    (await read(sql, query)).code;

  test.each([
    ['max_execution_time', '0'],
    ['max_execution_time', '601'],
    ['max_memory_usage', '99999999999'],
    ['max_result_bytes', '0'],
    ['max_result_rows', '18446744073709551615'],
    ['max_threads', '10000'],
    ['max_block_size', '1e9'],
  ])('%s cannot be raised to %s', async (name, value) => {
    expect(await codeOf('SELECT 1', { [name]: value })).toBe('452');
  });

  test('in time, memory, rows and bytes, and leaves the engine as it was', async () => {
    const endless = 'SELECT count() FROM numbers(1000000000000) WHERE sipHash64(number) = 1';
    expect(await codeOf(endless, { max_execution_time: '0.5' })).toBe('159');
    expect(await codeOf('SELECT length(groupArray(number)) FROM numbers(1000000000)')).toBe('241');
    expect(await codeOf('SELECT number FROM numbers(10000001)')).toBe('396');
    expect(await codeOf("SELECT materialize(repeat('x', 1000000)) FROM numbers(600)")).toMatch(/396|241/);
    expect((await read('SELECT 1')).text).toBe('1\n');
  });

  test('and waits only behind a hundred others', async () => {
    const slow = 'SELECT sleep(1)';
    const codes = await Promise.all(Array.from({ length: 130 }, (_, n) => codeOf(n < 2 ? slow : 'SELECT 1')));
    expect(codes.filter((code) => code === null).length).toBeGreaterThanOrEqual(102);
    expect(new Set(codes)).toEqual(new Set([null, '202']));
  });
});

test('a statement is at most as long as ClickHouse takes, in the body and in the address', async () => {
  expect((await read(`SELECT 1 /*${'x'.repeat(262_144)}*/`)).code).toBe('1000');
  expect((await read('', { query: `SELECT 1 /*${'x'.repeat(262_144)}*/` })).code).toBe('62');
  expect((await read(`SELECT 1 /*${'x'.repeat(250_000)}*/`)).text).toBe('1\n');
});

test('a packed body is bounded as it is once it is unpacked', async () => {
  const { url, username, password } = running.engine.reader;
  // Not at once: a connection that the engine closes meanwhile must be seen to be closed.
  const bomb = await promisify(gzip)(`SELECT '${'x'.repeat(100_000_000)}'`);
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'x-clickhouse-user': username, 'x-clickhouse-key': password, 'content-encoding': 'gzip' },
    body: new Uint8Array(bomb),
  });
  expect(response.status).toBe(413);
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
