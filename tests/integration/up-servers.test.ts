// Server mode: every role in processes of its own, on a real Kafka, a real Redis and a separately started engine,
// with processes killed and Redis flushed on the way. One lead an account must come out, and one notice of each.
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundle, spawnTidemark } from '../support/run-tidemark.ts';
import { kafkaBrokers } from './support/kafka.ts';
import { redisUrl } from './support/redis.ts';
import {
  createProject,
  messageSent,
  type RunningProcess,
  type TestProject,
  track,
  waitFor,
} from './up-project.ts';

const ACCOUNTS = Array.from({ length: 40 }, (_, index) => `team-${index}`);

let engineFolder: string;
let engine: ChildProcess;
let redis: Redis;
let project: TestProject;
const running: Record<string, RunningProcess> = {};

beforeAll(async () => {
  bundle();
  engineFolder = await mkdtemp(join(tmpdir(), 'tidemark-server-'));
  engine = spawnTidemark(['engine', '--data', engineFolder, '--idle', '0'], { cwd: engineFolder });
  const url = await redisUrl();
  redis = new Redis(url);
  project = await createProject({
    CLICKHOUSE_URL: await engineUrl(),
    KAFKA_BROKERS: (await kafkaBrokers()).join(','),
    REDIS_URL: url,
    TIDEMARK_PREFIX: `test_${process.pid}_${Date.now().toString(36)}`,
  });
});

afterAll(async () => {
  await project?.remove();
  redis?.disconnect();
  // It writes to its folder until it has gone.
  const ended = engine && once(engine, 'exit');
  engine?.kill('SIGTERM');
  await ended;
  await rm(engineFolder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
});

async function engineUrl(): Promise<string> {
  const read = async () => readFile(join(engineFolder, 'engine.json'), 'utf8').catch(() => '');
  await waitFor('the engine', async () => (await read()) !== '');
  const { port, owner }: { port: number; owner: { username: string; password: string } } = JSON.parse(
    await read(),
  );
  return `http://${owner.username}:${owner.password}@127.0.0.1:${port}`;
}

const start = async (name: string, roles = name.replace(/\d$/, '')): Promise<void> => {
  running[name] = await project.up('--roles', roles);
};

const send = async (id: string, accounts: readonly string[] = ACCOUNTS): Promise<void> => {
  const collect = running.collect;
  if (collect === undefined) throw new Error('no collector');
  const answer = await track(
    collect.address,
    accounts.map((account) => messageSent(account, `${account}-${id}`)),
  );
  expect(answer.status).toBe(200);
};

const openedNotices = async (): Promise<readonly string[]> =>
  (await project.read('out.ndjson'))
    .split('\n')
    .filter((line) => line.includes('"signal.opened"'))
    .map((line): { data: { account: { id: string } } } => JSON.parse(line))
    .map(({ data }) => data.account.id)
    .sort();

test('roles in eight processes, some of them killed, and a flushed Redis make each lead once', {
  timeout: 180_000,
}, async () => {
  // One score first: two that apply the rules at the same moment would only write the same ruleset twice.
  await start('score1');
  for (const name of ['collect', 'ingest1', 'ingest2', 'score2', 'deliver1', 'deliver2', 'web'])
    await start(name);

  await send('1');
  await send('2');
  running.ingest1?.child.kill('SIGKILL');
  await send('3', ACCOUNTS.slice(0, 20));
  await waitFor('the first notice', async () => (await openedNotices()).length > 0);
  await redis.flushall();
  running.deliver1?.child.kill('SIGKILL');
  running.score1?.child.kill('SIGKILL');
  await send('3', ACCOUNTS);
  await redis.flushall();
  await waitForLong(
    'a notice of every account',
    async () => (await openedNotices()).length >= ACCOUNTS.length,
  );

  expect(await openedNotices()).toEqual([...ACCOUNTS].sort());
  const counts = await project.run('sql', 'SELECT count(), uniqExact(id) FROM events', '--format', 'TSV');
  expect(counts.stdout.trim()).toBe(`${ACCOUNTS.length * 3}\t${ACCOUNTS.length * 3}`);
  const { stdout } = await project.run('signals', '--format', 'json');
  expect(JSON.parse(stdout)).toHaveLength(ACCOUNTS.length);

  const web: { pipeline: object } = JSON.parse(
    await (await fetch(`${running.web?.address}/api/overview`)).text(),
  );
  expect(web.pipeline).toMatchObject({
    openSignals: ACCOUNTS.length,
    engine: { log: 'Kafka', queue: 'Redis', store: expect.stringMatching(/^ClickHouse at /) },
  });
});

test('each process ends cleanly when it is told to', { timeout: 60_000 }, async () => {
  const alive = ['collect', 'ingest2', 'score2', 'deliver2', 'web'];
  expect(await Promise.all(alive.map((name) => running[name]?.stop()))).toEqual(alive.map(() => 0));
});

async function waitForLong(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 5; attempt++) {
    if (
      await waitFor(what, holds).then(
        () => true,
        () => false,
      )
    )
      return;
  }
  throw new Error(
    `${what}: ${JSON.stringify(await openedNotices())}\n${Object.values(running)
      .map((one) => one.log().slice(-1500))
      .join('\n')}`,
  );
}
