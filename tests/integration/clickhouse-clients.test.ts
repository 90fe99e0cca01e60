// ClickHouse clients that are not ours, unmodified, on the port of readers: each reads every view, and can do no more.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  installClickhouseConnect,
  installClickhouseJdbc,
} from '../../scripts/stack/install-clickhouse-clients.ts';
import { fillProject } from './clickhouse-clients-data.ts';
import { startTestEngine, type TestEngine } from './support/engine.ts';
import type { Project } from './support/project.ts';

let running: TestEngine;
let project: Project;
let views: readonly string[];
let outFile: string;
const run = promisify(execFile);
const place = (name: string): string =>
  fileURLToPath(new URL(`./clickhouse-clients/${name}`, import.meta.url));

beforeAll(async () => {
  running = await startTestEngine();
  project = await fillProject(await running.openDatabase('tidemark'));
  const rows = await project.rows(
    "SELECT name FROM system.tables WHERE database = currentDatabase() AND engine = 'View' ORDER BY name",
  );
  views = rows.map(({ name }) => String(name));
  outFile = join(running.dataDir, 'written.txt');
});
afterAll(() => running.stop());

/** Everything that must fail, whoever asks. */
const refused = (): readonly string[] => [
  'INSERT INTO accounts (account_id) VALUES (1)',
  'CREATE TABLE t (a UInt8) ENGINE = Memory',
  'DROP VIEW events',
  'ALTER TABLE usage_events DELETE WHERE 1',
  'TRUNCATE TABLE usage_events',
  'SET readonly = 0',
  `SELECT 1 INTO OUTFILE '${outFile}'`,
  `SELECT * FROM file('${join(running.dataDir, 'engine.json')}', 'LineAsString')`,
  "SELECT * FROM url('http://127.0.0.1:9/', 'CSV', 'a UInt8')",
  "SELECT * FROM remote('127.0.0.1:9', system.one)",
  'SELECT * FROM write_keys',
  "SELECT * FROM merge(currentDatabase(), '^write_keys$')",
  'SELECT query FROM system.processes',
];

/** One value of each type that a view or a query may have, as each client is to understand it. */
const TYPES = `SELECT toNullable(toUInt8(1)) AS one, CAST(NULL, 'Nullable(String)') AS nothing,
  toLowCardinality('low') AS low, [1, 2] AS list, map('a', 'b') AS pairs,
  toDateTime64('2026-05-04 08:00:00.125', 3, 'UTC') AS at, toDecimal64('1.50', 2) AS price, true AS yes,
  CAST('created', 'Enum8(''created'' = 1)') AS action, toDate('2026-05-04') AS day, 'it''s' AS text`;

interface Told {
  readonly version: string;
  /** Rows of each view. */
  readonly views: Readonly<Record<string, number>>;
  readonly types: readonly string[];
  /** Of each statement that must fail the error, or what it answered. */
  readonly refused: readonly string[];
  readonly large: number;
}

const expected = async () =>
  Object.fromEntries(
    await Promise.all(
      views.map(async (view) => [
        view,
        Number((await project.rows(`SELECT count() AS n FROM ${view}`))[0]?.n),
      ]),
    ),
  );

const ask = async (command: string, args: readonly string[]): Promise<Told> => {
  const { url, username, password } = running.engine.reader;
  const question = { views, types: TYPES, refused: refused() };
  const env = {
    ...process.env,
    QUESTION: JSON.stringify(question),
    READER: `${new URL(url).port}\n${username}\n${password}`,
    REFUSED: refused().join('\n'),
    VIEWS: views.join('\n'),
    TYPES,
  };
  const { stdout } = await run(command, [...args], { env });
  return JSON.parse(stdout);
};

const expectHonest = async (told: Told): Promise<void> => {
  expect(told.version).toMatch(/^\d+\.\d+/);
  expect(told.views).toEqual(await expected());
  expect(told.views.events).toBeGreaterThan(20);
  expect(told.refused.filter((answer) => !/Not enough privileges|readonly/i.test(answer))).toEqual([]);
  expect(told.refused).toHaveLength(refused().length);
  expect(existsSync(outFile)).toBe(false);
  expect(told.large).toBe(300_000);
};

describe('the readers of a data team', () => {
  test('clickhouse-connect of Python, with every compression that it knows', async () => {
    const told = await ask(installClickhouseConnect(), [place('ask.py')]);
    await expectHonest(told);
    expect(told.types).toEqual([
      ...['1', 'None', "'low'", '[1, 2]', "{'a': 'b'}"],
      ...['datetime.datetime(2026, 5, 4, 8, 0, 0, 125000, tzinfo=datetime.timezone.utc)', "Decimal('1.50')"],
      ...['True', "'created'", 'datetime.date(2026, 5, 4)', '"it\'s"'],
    ]);
  });

  test('the JDBC driver, with blocks of its own compression', async () => {
    const told = await ask('java', ['-cp', `${installClickhouseJdbc()}/*`, place('Ask.java')]);
    await expectHonest(told);
    expect(told.types).toEqual([
      ...['UInt8 1', 'String null', 'String low', 'Array(UInt8) [1, 2]', 'Map(String, String) {a=b}'],
      ...["DateTime64(3, 'UTC') 2026-05-04T08:00:00.125Z", 'Decimal(18, 2) 1.50', 'Bool true'],
      ...["Enum8('created' = 1) created", 'Date 2026-05-04', "String it's"],
    ]);
  });

  test('@clickhouse/client of Node, compressed', async () => {
    const { url, username, password } = running.engine.reader;
    const client = createClient({
      url,
      username,
      password,
      database: 'tidemark',
      compression: { response: true },
      log: { level: ClickHouseLogLevel.OFF },
    });
    const count = async (view: string) => {
      const result = await client.query({ query: `SELECT * FROM ${view}`, format: 'JSONEachRow' });
      return (await result.json()).length;
    };
    const counts = await Promise.all(views.map(async (view) => [view, await count(view)]));
    expect(Object.fromEntries(counts)).toEqual(await expected());
    for (const query of refused()) await expect(client.command({ query })).rejects.toThrow();
    await client.close();
  });
});
