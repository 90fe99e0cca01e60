// `tidemark doctor` in situations that people are in: it says what is wrong and what to do, goes on with the rest, ends
// soon, and makes nothing.
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import kafkajs, { type Admin } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunningService } from '../../scripts/stack/service-process.ts';
import { startKafka } from '../../scripts/stack/start-kafka.ts';
import type { Finding } from '../../src/app/doctor/finding.ts';
import type { EpochMicros } from '../../src/model/time.ts';
import { openStore } from '../../src/store/clickhouse-store.ts';
import { migrate } from '../../src/store/migrate.ts';
import { MIGRATIONS } from '../../src/store/migrations.ts';
import { bundle, type Ran, runTidemark } from '../support/run-tidemark.ts';
import { startTestEngine, type TestEngine } from './support/engine.ts';
import { redisUrl } from './support/redis.ts';
import { createProject, messageSent, RULES, type TestProject, track, WRITE_KEY } from './up-project.ts';

interface Diagnosis {
  readonly ok: boolean;
  readonly code: number | null;
  readonly findings: readonly Finding[];
  /** Of what was looked at; undefined when it was not. */
  readonly of: (check: string) => Finding | undefined;
}

function read({ stdout, code }: Ran): Diagnosis {
  const { ok, findings }: { ok: boolean; findings: readonly Finding[] } = JSON.parse(stdout);
  return { ok, code, findings, of: (check) => findings.find((each) => each.check === check) };
}

const notWell = ({ findings }: Diagnosis): readonly string[] =>
  findings.filter(({ status }) => status !== 'ok').map(({ status, check }) => `${status} ${check}`);

beforeAll(() => bundle());

describe('in a folder without anything', () => {
  test('says that there is no data yet and what makes some, and makes nothing itself', async () => {
    const cwd = await mkdtemp(join(tmpdir(), 'tidemark-doctor-'));
    const diagnosis = read(await runTidemark(['doctor', '--json'], { cwd }));
    expect(notWell(diagnosis)).toEqual(['warn ClickHouse', 'warn rules', 'warn write keys', 'warn sinks']);
    expect(diagnosis.of('ClickHouse')).toMatchObject({
      found: expect.stringContaining('no data yet'),
      todo: expect.stringContaining('"tidemark up" makes it'),
    });
    expect(diagnosis).toMatchObject({ ok: true, code: 0 });
    expect(await readdir(cwd)).toEqual([]);
    await rm(cwd, { recursive: true });
  });
});

describe('on an embedded project', () => {
  let project: TestProject;
  beforeAll(async () => {
    project = await createProject();
  });
  afterAll(() => project.remove());

  const doctor = async (): Promise<Diagnosis> => read(await project.run('doctor', '--json'));

  test('beside a running "up", all is well', async () => {
    const up = await project.up();
    await track(up.address, [messageSent('acme', 'm1')]);
    const diagnosis = await doctor();
    expect(notWell(diagnosis)).toEqual([]);
    expect(diagnosis.of('write keys')?.found).toBe('web');
    expect(diagnosis.of('sinks')?.found).toBe('out (file)');
    expect(diagnosis.of('rules')?.found).toMatch(/^1 rule in .*, which are in force$/);
    expect((await project.run('doctor')).stdout).toMatch(/\nok {4}disk .*\n\nAll is well\.\n$/);
    await up.stop();
  });

  test('after a dead letter, says how many of which reason', async () => {
    const up = await project.up();
    await track(up.address, [{ type: 'track' }, { type: 'trakc' }]);
    await up.stop();
    const { of } = await doctor();
    expect(of('dead letters')).toMatchObject({
      status: 'warn',
      found: '2 events in the last day: 1 missing_event, 1 unknown_type',
    });
  });

  test('with rules that differ from those in force, and with broken ones', async () => {
    await project.write('rules/pql.yaml', RULES.replace('gte: 3', 'gte: 4'));
    expect((await doctor()).of('rules')).toMatchObject({
      status: 'warn',
      found: expect.stringMatching(/differ$/),
    });
    await project.write('rules/pql.yaml', RULES.replace('gte: 3', 'gtee: 4'));
    const broken = await project.run('doctor');
    expect(broken.code).toBe(1);
    expect(broken.stdout).toMatch(
      /^fail {2}rules +1 error in .*: pql\.yaml:7 .*\n +→ "tidemark rules check"/m,
    );
  });

  test('with a key whose variable is not set, says so and looks at the rest', async () => {
    const { stdout, code } = await runTidemark(['doctor', '--json'], { cwd: project.folder });
    const diagnosis = read({ stdout, code, stderr: '' });
    expect(diagnosis.of('configuration')?.found).toContain(
      'the environment has no variable TIDEMARK_WRITE_KEY',
    );
    expect(diagnosis.of('schema')?.status).toBe('ok');
    expect(code).toBe(1);
  });
});

describe('on servers', () => {
  let engine: TestEngine;
  let broker: RunningService;
  let brokers: string;
  let redis: string;
  let admin: Admin;
  let kafka: kafkajs.Kafka;
  let cwd: string;
  let prefixes = 0;

  beforeAll(async () => {
    engine = await startTestEngine();
    // Of its own: what others make on a shared one meanwhile would be taken for what a look has made.
    broker = await startKafka();
    brokers = broker.address;
    redis = await redisUrl();
    kafka = new kafkajs.Kafka({ brokers: brokers.split(','), logLevel: kafkajs.logLevel.NOTHING });
    admin = kafka.admin();
    await admin.connect();
    cwd = await mkdtemp(join(tmpdir(), 'tidemark-doctor-'));
    await mkdir(join(cwd, 'rules'));
    await writeFile(join(cwd, 'rules/pql.yaml'), RULES);
    await writeFile(join(cwd, 'tidemark.yaml'), 'sinks: {out: {type: console}}\nroutes: {pql: [out]}\n');
  });
  afterAll(async () => {
    await admin?.disconnect();
    await engine?.stop();
    await broker?.stop();
    if (cwd !== undefined) await rm(cwd, { recursive: true });
  });

  const newPrefix = (): string => `doctor_${process.pid}_${++prefixes}`;

  const clickhouseUrl = (password = engine.engine.password): string =>
    engine.engine.url.replace('http://', `http://${engine.engine.username}:${password}@`);

  const environment = (prefix: string, changes: Readonly<Record<string, string>> = {}) => ({
    CLICKHOUSE_URL: clickhouseUrl(),
    KAFKA_BROKERS: brokers,
    REDIS_URL: redis,
    TIDEMARK_PREFIX: prefix,
    TIDEMARK_WRITE_KEY: WRITE_KEY,
    ...changes,
  });

  const doctor = async (
    env: Readonly<Record<string, string>>,
    ...flags: readonly string[]
  ): Promise<Diagnosis> => read(await runTidemark(['doctor', '--json', ...flags], { cwd, env }));

  const connectTo = (database: string) => {
    const { url, username, password } = engine.engine;
    return { url, username, password, database };
  };

  const migrateTo = (prefix: string, migrations = MIGRATIONS) =>
    migrate({ connect: connectTo(prefix), now: (Date.now() * 1000) as EpochMicros, migrations });

  const makeTopics = (prefix: string, numPartitions = 3) =>
    admin.createTopics({
      topics: [
        { topic: `${prefix}.events`, numPartitions },
        { topic: `${prefix}.dead-letters`, numPartitions: 1 },
      ],
      waitForLeaders: true,
    });

  async function send(prefix: string, count: number, timestamp = Date.now()): Promise<void> {
    const producer = kafka.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
    await producer.connect();
    const messages = Array.from({ length: count }, (_, n) => ({
      value: `{"n":${n}}`,
      timestamp: String(timestamp),
    }));
    await producer.send({ topic: `${prefix}.events`, messages });
    await producer.disconnect();
  }

  /** Everything that a look could have made. */
  async function inventory(): Promise<unknown> {
    const store = openStore(connectTo('default'));
    const tables = await store.query({
      sql: 'SELECT database, name FROM system.tables ORDER BY ALL',
      params: {},
      columns: [],
    });
    await store.close();
    const { groups } = await admin.listGroups();
    return { tables, topics: (await admin.listTopics()).toSorted(), groups, files: await readdir(cwd) };
  }

  test('before the first "up" says what is not there yet, and makes no table, topic, group or file', async () => {
    const before = await inventory();
    const prefix = newPrefix();
    const diagnosis = await doctor(environment(prefix));
    expect(diagnosis.of('schema')).toMatchObject({
      status: 'warn',
      found: `there is no database ${prefix} yet`,
    });
    expect(diagnosis.of(`topic ${prefix}.events`)).toMatchObject({ status: 'warn', found: 'does not exist' });
    expect(diagnosis.of('Redis')?.status).toBe('ok');
    expect(diagnosis.of('Redis clock')?.status).toBe('ok');
    expect(diagnosis.code).toBe(0);
    expect(await inventory()).toEqual(before);
  });

  test('with a wrong password for ClickHouse says so without any password, and looks at the rest', async () => {
    const env = environment(newPrefix(), { CLICKHOUSE_URL: clickhouseUrl('not-the-password') });
    const { stdout, code } = await runTidemark(['doctor', '--json'], { cwd, env });
    const diagnosis = read({ stdout, code, stderr: '' });
    expect(diagnosis.of('ClickHouse')).toMatchObject({
      status: 'fail',
      found: expect.stringMatching(/rejected the user "\w+" or its password/),
      todo: expect.stringContaining('CLICKHOUSE_URL'),
    });
    expect(stdout).not.toContain('not-the-password');
    expect(diagnosis.of('Kafka')?.status).toBe('ok');
    expect(diagnosis.of('write keys')?.found).toMatch(/could not be read$/);
    expect(code).toBe(1);
  });

  test('with Kafka down says so, and looks at the rest', async () => {
    const prefix = newPrefix();
    await migrateTo(prefix);
    const startedAt = Date.now();
    const diagnosis = await doctor(environment(prefix, { KAFKA_BROKERS: '127.0.0.1:1' }));
    expect(diagnosis.of('Kafka')).toMatchObject({
      status: 'fail',
      found: expect.stringContaining('127.0.0.1:1'),
      todo: expect.stringContaining('KAFKA_BROKERS'),
    });
    expect(diagnosis.of('schema')?.status).toBe('ok');
    expect(diagnosis.of('last tick')?.status).toBe('ok');
    expect(diagnosis.code).toBe(1);
    expect(Date.now() - startedAt).toBeLessThan(15_000);
  });

  test('with the schema of an older version names the migrations, and does not apply them', async () => {
    const prefix = newPrefix();
    await migrateTo(prefix, MIGRATIONS.slice(0, -2));
    const before = await inventory();
    const missing = MIGRATIONS.slice(-2)
      .map(({ number }) => number)
      .join(', ');
    for (const _ of [1, 2]) {
      const { of, code } = await doctor(environment(prefix));
      expect(of('schema')).toMatchObject({
        status: 'fail',
        found: expect.stringContaining(`lacks migration ${missing}`),
      });
      expect(code).toBe(1);
    }
    expect(await inventory()).toEqual(before);
  });

  test('with events that nobody consumes says how many wait, and what to start', async () => {
    const prefix = newPrefix();
    await migrateTo(prefix);
    await makeTopics(prefix);
    await send(prefix, 42);
    const diagnosis = await doctor(environment(prefix));
    expect(diagnosis.of(`topic ${prefix}.events`)).toMatchObject({
      status: 'ok',
      found: '3 partitions, 1 replica, kept for 7 days',
    });
    expect(diagnosis.of(`consumers ${prefix}.ingest`)).toEqual({
      check: `consumers ${prefix}.ingest`,
      status: 'fail',
      found: '0 members, 42 messages behind',
      todo: 'start "tidemark up", or "tidemark up --roles ingest" where roles are processes of their own',
    });
    expect(diagnosis.of('Kafka clock')?.status).toBe('ok');
  });

  test('with messages of the future says that a clock is wrong', async () => {
    const prefix = newPrefix();
    await makeTopics(prefix, 1);
    await send(prefix, 1, Date.now() + 60_000);
    const { of } = await doctor(environment(prefix));
    expect(of('Kafka clock')).toMatchObject({
      status: 'warn',
      found: expect.stringContaining('1 partition'),
    });
  });

  test('with a topic that forgets within the hour, or takes small messages only, says what to set', async () => {
    const prefix = newPrefix();
    const configEntries = [
      { name: 'retention.ms', value: '3600000' },
      { name: 'max.message.bytes', value: '20000' },
    ];
    await admin.createTopics({ topics: [{ topic: `${prefix}.events`, numPartitions: 1, configEntries }] });
    const { of } = await doctor(environment(prefix));
    expect(of(`topic ${prefix}.events`)).toMatchObject({
      status: 'warn',
      found:
        '1 partition, 1 replica, kept for 60 min; what waits longer is lost; takes messages of 20000 bytes only',
      todo: expect.stringMatching(/retention\.ms .*; set max\.message\.bytes /),
    });
  });
});
