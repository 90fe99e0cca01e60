// Readiness with servers that really stop: a process says which one is missing, and is ready again when it is back.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunningService } from '../../scripts/stack/service-process.ts';
import { startKafka } from '../../scripts/stack/start-kafka.ts';
import { readLockFile } from '../../src/store/engine/lock-file.ts';
import { bundle } from '../support/run-tidemark.ts';
import { startRunner, type TidemarkProcess, type TidemarkRunner } from './support/run-tidemark.ts';
import { waitUntil } from './support/wait-until.ts';
import { RULES, WRITE_KEY } from './up-project.ts';

let folder: string;
let kafka: RunningService;
let engine: TidemarkProcess;
let engines: TidemarkRunner;
let runner: TidemarkRunner;
let up: TidemarkProcess;

const dataDir = (): string => join(folder, 'engine');

beforeAll(async () => {
  bundle();
  folder = await mkdtemp(join(tmpdir(), 'tidemark-ready-'));
  await mkdir(join(folder, 'rules'));
  await writeFile(join(folder, 'rules/pql.yaml'), RULES);
  await writeFile(join(folder, 'tidemark.yaml'), 'listen: 127.0.0.1:0\n');
  await mkdir(dataDir());
  engines = startRunner({ cwd: folder, env: {} });
  [kafka, engine] = await Promise.all([startKafka(), engines.engine(dataDir())]);
  const owner = (await readLockFile(dataDir()))?.owner;
  const env = {
    CLICKHOUSE_URL: engine.address.replace('http://', `http://${owner?.username}:${owner?.password}@`),
    KAFKA_BROKERS: kafka.address,
    TIDEMARK_WRITE_KEY: WRITE_KEY,
  };
  runner = startRunner({ cwd: folder, env });
  up = await runner.up('up');
});

afterAll(async () => {
  await runner?.endAll();
  await engines?.endAll();
  if (kafka !== undefined) process.kill(kafka.pid, 'SIGCONT');
  await kafka?.stop();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

interface Answer {
  readonly status: number;
  readonly reasons: readonly string[];
}

async function readiness(): Promise<Answer> {
  const response = await fetch(`${up.address}/health/ready`);
  const body = (await response.json()) as { readonly reasons: readonly string[] };
  return { status: response.status, reasons: body.reasons };
}

const waitForReadiness = (what: string, holds: (answer: Answer) => boolean): Promise<Answer> =>
  waitUntil({
    what,
    look: readiness,
    holds,
    withinMs: 45_000,
    everyMs: 200,
    context: () => up.log().slice(-1500),
  });

const isReady = ({ status }: Answer): boolean => status === 200;

test('a process is ready once its consumer has joined its group', async () => {
  expect(await waitForReadiness('readiness', isReady)).toEqual({ status: 200, reasons: [] });
});

test('without Kafka it is not, names it, lives all the same, and is ready when it is back', async () => {
  process.kill(kafka.pid, 'SIGSTOP');
  const { reasons } = await waitForReadiness('a reason', (answer) => !isReady(answer));
  expect(reasons).toEqual([expect.stringMatching(/^Kafka does not answer/)]);
  expect((await fetch(`${up.address}/health/live`)).status).toBe(200);
  process.kill(kafka.pid, 'SIGCONT');
  await waitForReadiness('readiness after Kafka is back', isReady);
});

test('without ClickHouse it is not, names it without its password, and is ready when it is back', async () => {
  const password = (await readLockFile(dataDir()))?.owner.password ?? '';
  await engine.kill();
  const { reasons } = await waitForReadiness('a reason', (answer) => !isReady(answer));
  expect(reasons.join()).toMatch(/ClickHouse/);
  expect(reasons.join()).not.toMatch(/Kafka/);
  const text = await (await fetch(`${up.address}/metrics`)).text();
  expect(text).toContain('tidemark_ingest_partitions 6');
  expect(text).not.toMatch(/^tidemark_signals_open /m);
  // It comes back where it was, with the same passwords.
  engine = await engines.engine(dataDir());
  await waitForReadiness('readiness after ClickHouse is back', isReady);
  expect(up.log()).not.toContain(password);
  expect(reasons.join()).not.toContain(password);
}, 90_000);
