// The engine's HTTP interface as ClickHouse clients use it, and every trap of chDB that it must hide.
import { once } from 'node:events';
import { request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestEngine, type TestEngine } from './support/engine.ts';

let running: TestEngine;
beforeAll(async () => {
  running = await startTestEngine();
});
afterAll(() => running.stop());

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
  readonly summary: Record<string, string>;
}

interface Call {
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
}

async function call({ query = {}, headers = {}, body }: Call): Promise<Answer> {
  const { url, username, password } = running.engine;
  const response = await fetch(`${url}/?${new URLSearchParams(query)}`, {
    method: 'POST',
    headers: { 'x-clickhouse-user': username, 'x-clickhouse-key': password, ...headers },
    ...(body === undefined ? {} : { body }),
  });
  const summary = JSON.parse(response.headers.get('x-clickhouse-summary') ?? '{}');
  return { status: response.status, text: await response.text(), headers: response.headers, summary };
}

const select = (body: string, query: Readonly<Record<string, string>> = {}): Promise<Answer> =>
  call({ body, query });

describe('who may ask', () => {
  const ask = (headers: Readonly<Record<string, string>>) =>
    fetch(`${running.engine.url}/?query=SELECT%201`, { headers });

  test('answers GET /ping to anyone', async () => {
    const response = await fetch(`${running.engine.url}/ping`);
    expect(await response.text()).toBe('Ok.\n');
  });

  test('takes Basic credentials and those of ClickHouse', async () => {
    const { username, password } = running.engine;
    const basic = Buffer.from(`${username}:${password}`).toString('base64');
    expect((await ask({ authorization: `Basic ${basic}` })).status).toBe(200);
    expect((await ask({ 'x-clickhouse-user': username, 'x-clickhouse-key': password })).status).toBe(200);
  });

  test('refuses wrong and missing credentials with code 516', async () => {
    const wrong = await ask({ 'x-clickhouse-user': 'tidemark', 'x-clickhouse-key': 'guess' });
    expect([wrong.status, wrong.headers.get('x-clickhouse-exception-code')]).toEqual([403, '516']);
    expect((await ask({})).status).toBe(401);
  });

  test('refuses wrong credentials before a large body has come', async () => {
    const upload = request(`${running.engine.url}/?query=INSERT%20INTO%20t%20FORMAT%20TSV`, {
      method: 'POST',
      headers: { 'x-clickhouse-user': 'tidemark', 'x-clickhouse-key': 'guess', 'content-length': 1 << 29 },
    });
    upload.write(Buffer.alloc(1 << 16));
    const [answer] = await once(upload, 'response', { signal: AbortSignal.timeout(5000) });
    upload.on('error', () => undefined).destroy();
    expect(answer.statusCode).toBe(403);
  });

  test('takes a statement of a reader, and no data of a reader', async () => {
    const { url, username, password } = running.engine.reader;
    const read = (body: string) =>
      fetch(url, {
        method: 'POST',
        headers: { 'x-clickhouse-user': username, 'x-clickhouse-key': password },
        body,
      });
    expect(await (await read(`SELECT length('${'x'.repeat(200_000)}')`)).text()).toBe('200000\n');
    expect((await read(`SELECT '${'x'.repeat(4_000_000)}'`)).status).toBe(413);
  });
});

describe('statements', () => {
  test('come in the URL, in the body, or in both', async () => {
    expect((await call({ query: { query: 'SELECT 1' } })).text).toBe('1\n');
    expect((await select('SELECT 2')).text).toBe('2\n');
    expect((await select('+ 1', { query: 'SELECT 2' })).text).toBe('3\n');
  });

  test('are answered in the format that they name, else in the one asked for by URL or header', async () => {
    const body = 'SELECT 1 AS a';
    expect((await select(`${body} FORMAT CSV`, { default_format: 'JSON' })).text).toBe('1\n');
    expect((await select(body, { default_format: 'JSONEachRow' })).text).toBe('{"a":1}\n');
    const named = await call({ body, headers: { 'x-clickhouse-format': 'TabSeparatedWithNames' } });
    expect(named.text).toBe('a\n1\n');
    expect(named.headers.get('x-clickhouse-format')).toBe('TabSeparatedWithNames');
  });

  test('are refused when there are several', async () => {
    const answer = await select("SELECT ';'; DROP DATABASE default");
    expect([answer.status, answer.headers.get('x-clickhouse-exception-code')]).toEqual([400, '62']);
    expect((await select("SELECT ';' -- ; still one\n;")).text).toBe(';\n');
  });

  test('fail with the code in a header, a status and the words of ClickHouse', async () => {
    const answer = await select('SELECT * FROM nowhere');
    expect(answer.status).toBe(404);
    expect(answer.headers.get('x-clickhouse-exception-code')).toBe('60');
    expect(answer.text).toMatch(/^Code: 60\. DB::Exception: Unknown table expression/);
    expect((await select('SELEC 1')).text).toMatch(/^Code: 62\. DB::Exception: Syntax error/);
  });

  test('say how many rows they read and answered', async () => {
    const { summary } = await select('SELECT number FROM numbers(1000) WHERE number % 100 = 0 FORMAT JSON');
    expect(summary).toMatchObject({ read_rows: '1000', result_rows: '10' });
  });

  test('run in the database that the URL or a header names', async () => {
    expect((await select('SELECT currentDatabase()', { database: 'system' })).text).toBe('system\n');
    const headers = { 'x-clickhouse-database': 'system' };
    expect((await call({ body: 'SELECT count() FROM one', headers })).text).toBe('1\n');
    const absent = await select('SELECT 1', { database: "no `such' one" });
    expect([absent.status, absent.headers.get('x-clickhouse-exception-code')]).toEqual([404, '81']);
  });
});

describe('nothing of a statement reaches the next one', () => {
  /** More at once than there are sessions, so that each session is met again. */
  const everySession = (body: string) => Promise.all(Array.from({ length: 12 }, () => select(body)));

  test('not the rows of one that failed halfway', async () => {
    const failing = await everySession('SELECT throwIf(number = 1000000) FROM numbers(2000000)');
    expect(new Set(failing.map(({ status }) => status))).toEqual(new Set([500]));
    expect(new Set((await everySession('SELECT 5')).map(({ text }) => text))).toEqual(new Set(['5\n']));
  });

  test('not its parameters', async () => {
    const own = await select('SELECT {x: String}', { param_x: "it's" });
    expect(own.text).toBe("it\\'s\n");
    const later = await everySession('SELECT {x: String}');
    expect(new Set(later.map(({ headers }) => headers.get('x-clickhouse-exception-code')))).toEqual(
      new Set(['456']),
    );
  });

  test('not the settings in its URL', async () => {
    const own = await select("SELECT getSetting('max_threads')", { max_threads: '3' });
    expect(own.text).toBe('3\n');
    const later = await everySession("SELECT getSetting('max_threads')");
    expect(later.map(({ text }) => text)).not.toContain('3\n');
  });

  test('not what it SET, nor the database that it chose, nor that it was read-only', async () => {
    await everySession('SET max_threads = 3');
    await everySession('USE system');
    await Promise.all(Array.from({ length: 12 }, () => select('SELECT 1', { readonly: '1' })));
    const later = await everySession(
      "SELECT getSetting('max_threads'), currentDatabase(), getSetting('readonly')",
    );
    expect(new Set(later.map(({ text }) => text.split('\t').slice(1).join(' ')))).toEqual(
      new Set(['default 0\n']),
    );
    expect(later.map(({ text }) => text.split('\t')[0])).not.toContain('3');
  });

  test('not the parameters of another at the same time', async () => {
    const answers = await Promise.all(
      Array.from({ length: 80 }, (_, n) => select('SELECT {n: UInt16}', { param_n: String(n) })),
    );
    expect(answers.map(({ text }) => Number(text))).toEqual(Array.from({ length: 80 }, (_, n) => n));
  });
});

describe('what is not served is refused, and not passed over', () => {
  const ask = async (method: string, path: string) => {
    const { url, username, password } = running.engine;
    const headers = { 'x-clickhouse-user': username, 'x-clickhouse-key': password };
    const response = await fetch(`${url}${path}`, { method, headers });
    return [response.status, response.headers.get('x-clickhouse-exception-code')];
  };

  test('a GET that would write, also of the owner', async () => {
    expect(
      await ask('GET', `/?query=${encodeURIComponent('CREATE TABLE got (a UInt8) ENGINE = Memory')}`),
    ).toEqual([403, '497']);
    expect(await ask('HEAD', '/?query=SELECT%201')).toEqual([200, null]);
  });

  test.each([
    ['PUT', '/?query=SELECT%201', 405],
    ['POST', '/play?query=SELECT%201', 404],
  ])('%s %s', async (method, path, status) => {
    expect((await ask(method, path))[0]).toBe(status);
  });

  test.each([
    { role: 'admin' },
    { session_check: '1' },
    { decompress: '1' },
    { client_protocol_version: '54480' },
  ])('%o', async (query) => {
    expect((await select('SELECT 1 FORMAT Native', query)).status).toBeGreaterThanOrEqual(400);
  });
});

test('FORMAT Native has a head for each block and a byte for each column where a revision is asked for', async () => {
  const { url, username, password } = running.engine;
  const sql = `SELECT number, arrayMap(x -> toLowCardinality(toString(x)), range(number % 3)) AS words,
    map('k', toNullable(number)) AS pairs, ('a', number) AS pair FROM numbers(100000) FORMAT Native`;
  const native = async (query: Readonly<Record<string, string>>) => {
    const response = await fetch(`${url}/?${new URLSearchParams(query)}`, {
      method: 'POST',
      headers: { 'x-clickhouse-user': username, 'x-clickhouse-key': password },
      body: sql,
    });
    return Buffer.from(await response.arrayBuffer());
  };
  const [plain, head, full] = [
    await native({ max_threads: '1' }),
    await native({ max_threads: '1', client_protocol_version: '54405' }),
    await native({ max_threads: '1', client_protocol_version: '54460' }),
  ];
  const blocks = (head.length - plain.length) / 8;
  expect(blocks).toBe(2);
  expect(full.length - head.length).toBe(blocks * 4);
  expect(head.subarray(0, 8)).toEqual(Buffer.from([1, 0, 2, 255, 255, 255, 255, 0]));
  const unserved = await select('SELECT sumState(1) FORMAT Native', { client_protocol_version: '54460' });
  expect(unserved.text).toContain('does not serve AggregateFunction(sum, UInt8)');
});

test('an unknown setting is refused and not ignored', async () => {
  const answer = await select('SELECT 1', { no_such_setting: '1' });
  expect(answer.headers.get('x-clickhouse-exception-code')).toBe('115');
});

test('three slow selects keep neither an insert nor a select waiting', async () => {
  await select('CREATE TABLE beside (n UInt8) ENGINE = MergeTree ORDER BY n');
  const slow = Array.from({ length: 3 }, () =>
    select('SELECT sleepEachRow(1) FROM numbers(3) SETTINGS max_block_size = 1'),
  );
  const started = performance.now();
  await call({ query: { query: 'INSERT INTO beside FORMAT TSV' }, body: '1\n' });
  expect((await select('SELECT count() FROM beside')).text).toBe('1\n');
  expect(performance.now() - started).toBeLessThan(1500);
  await Promise.all(slow);
});

describe('inserts', () => {
  beforeAll(async () => {
    await select('CREATE TABLE pets (name String, age UInt8 DEFAULT 9) ENGINE = MergeTree ORDER BY name');
  });

  const insert = (statement: string, body: string | Uint8Array<ArrayBuffer>, headers = {}) =>
    call({ query: { query: statement }, body, headers });

  const petsNow = async (): Promise<string> => {
    const { text } = await select('SELECT name, age FROM pets ORDER BY name, age');
    await select('TRUNCATE TABLE pets');
    return text;
  };

  test.each([
    ['TSV', 'a\t1\nb\t2\n'],
    ['TabSeparated', 'a\t1\nb\t2\n'],
    ['TSVRaw', 'a\t1\nb\t2\n'],
    ['TabSeparatedWithNames', 'age\tname\n1\ta\n2\tb\n'],
    ['CSV', '"a",1\nb,2\n'],
    ['CSVWithNames', 'age,name\n1,a\n2,"b"\n'],
    ['JSONEachRow', '{"name":"a","age":1}\n{"age":2,"name":"b"}\n'],
    ['JSONCompactEachRow', '["a",1]\n["b",2]\n'],
    ['Values', "('a',1),('b',2)"],
    ['RowBinary', Uint8Array.of(1, 97, 1, 1, 98, 2)],
  ])('take %s', async (format, body) => {
    const answer = await insert(`INSERT INTO pets (name, age) FORMAT ${format}`, body);
    expect(answer.text).toBe('');
    expect(answer.summary).toMatchObject({ written_rows: '2' });
    expect(await petsNow()).toBe('a\t1\nb\t2\n');
  });

  test('take Native, as it was answered', async () => {
    const { url, username, password } = running.engine;
    const native = await fetch(
      `${url}/?query=${encodeURIComponent("SELECT 'a' AS name, 1::UInt8 AS age FORMAT Native")}`,
      {
        headers: { 'x-clickhouse-user': username, 'x-clickhouse-key': password },
      },
    );
    await insert(
      'INSERT INTO `pets` (`name`, `age`) FORMAT Native',
      new Uint8Array(await native.arrayBuffer()),
    );
    expect(await petsNow()).toBe('a\t1\n');
  });

  test('take a gzipped body', async () => {
    const headers = { 'content-encoding': 'gzip' };
    await insert('INSERT INTO pets FORMAT TSV', new Uint8Array(gzipSync('a\t1\n')), headers);
    expect(await petsNow()).toBe('a\t1\n');
  });

  test.each([
    ['the statement before its data', 'INSERT INTO pets FORMAT JSONEachRow\n{"name":";a"}\n'],
    ['settings', 'INSERT INTO default.pets (name) SETTINGS max_insert_block_size = 10 FORMAT TSV\n;a\n'],
    ['VALUES', "INSERT INTO pets (name) VALUES (';a')"],
    ['rows of a select', "INSERT INTO pets (name) SELECT ';a'"],
  ])('take %s in the body', async (_, body) => {
    expect((await select(body)).text).toBe('');
    expect(await petsNow()).toBe(';a\t9\n');
  });

  test('keep bytes that are no UTF-8', async () => {
    await insert('INSERT INTO pets (name) FORMAT TSV', Uint8Array.of(255, 254, 10));
    expect((await select('SELECT hex(name) FROM pets')).text).toBe('FFFE\n');
    await petsNow();
  });

  test('refuse an encoding that is not known, rather than load nothing', async () => {
    const answer = await insert('INSERT INTO pets FORMAT TSV', 'a\t1\n', { 'content-encoding': 'lz4' });
    expect([answer.status, answer.headers.get('x-clickhouse-exception-code')]).toEqual([400, '89']);
    const blocks = await insert('INSERT INTO pets FORMAT TSV', 'a\t1\n', {
      'content-type': 'multipart/form-data',
    });
    expect(blocks.text).toContain('takes no multipart bodies');
    expect((await select('SELECT 1', { decompress: '1' })).text).toContain('does not support decompress=1');
    expect(await petsNow()).toBe('');
  });

  test('refuse input(), which would load nothing', async () => {
    const answer = await insert("INSERT INTO pets SELECT a, 1 FROM input('a String') FORMAT TSV", 'a\n');
    expect(answer.headers.get('x-clickhouse-exception-code')).toBe('48');
  });

  test('take a body of thirty megabytes', async () => {
    const rows = 30_000;
    const answer = await insert('INSERT INTO pets (name) FORMAT TSV', `${'x'.repeat(1000)}\n`.repeat(rows));
    expect(answer.summary).toMatchObject({ read_rows: String(rows), written_rows: String(rows) });
    await select('TRUNCATE TABLE pets');
  });
});

test('a result of a hundred megabytes arrives whole', async () => {
  const { text } = await select("SELECT repeat('x', 999) FROM numbers(100000)");
  expect(text.length).toBe(100_000_000);
});

test('columns and functions without a zone mean UTC', async () => {
  expect((await select('SELECT timezone()')).text).toMatch(/UTC/);
});
