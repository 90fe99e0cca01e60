// `tidemark up` with all roles over a real Kafka and a store of its own, with the shipped rules and one that rises.
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findFreePort } from '../../scripts/stack/find-free-port.ts';
import type { Store } from '../../src/model/store.ts';

export interface BenchProject {
  readonly url: string;
  readonly writeKey: string;
  readonly pid: number;
  describeTicks(): Promise<string>;
  stop(): Promise<void>;
}

const WRITE_KEY = 'a-key-for-benchmarks';
const READY_WITHIN_MILLIS = 120_000;

const PROBE_RULE = `metrics:
  bench_probes: { count: probe_made, window: 7d }
rules:
  bench_probe:
    kind: pql
    when: { bench_probes: { gte: 10 } }
    max_new_per_day: 1000000
    say: "{account.name} was probed."
`;

/** Resolves once the first day is closed, so that every series is there. */
export async function startProject(options: {
  readonly url: string;
  readonly database: string;
  readonly store: Store;
  readonly brokers: string;
}): Promise<BenchProject> {
  const directory = mkdtempSync(join(tmpdir(), 'tidemark-latency-'));
  cpSync('rules', join(directory, 'rules'), { recursive: true });
  writeFileSync(join(directory, 'rules', 'bench-probe.yaml'), PROBE_RULE);
  const port = await findFreePort();
  const config = `listen: 127.0.0.1:${port}\nwrite_keys: [{name: bench, key: \${BENCH_WRITE_KEY}}]\n`;
  writeFileSync(join(directory, 'tidemark.yaml'), config);
  const child = spawn(process.execPath, [resolve('bin/tidemark'), 'up'], {
    cwd: directory,
    env: {
      ...process.env,
      CLICKHOUSE_URL: options.url,
      KAFKA_BROKERS: options.brokers,
      TIDEMARK_PREFIX: options.database,
      BENCH_WRITE_KEY: WRITE_KEY,
      LOG_LEVEL: 'warn',
    },
    stdio: ['ignore', 'ignore', openSync(join(directory, 'log'), 'a')],
  });
  process.once('exit', () => child.kill('SIGKILL'));
  const exited = new Promise<void>((done) => child.once('exit', () => done()));
  const url = `http://127.0.0.1:${port}`;
  const evaluations = (sql: string) =>
    options.store.query<Record<string, string>>({ sql, params: {}, columns: [] });
  const isReady = async () =>
    child.exitCode === null &&
    (await fetch(`${url}/health/ready`).then(
      (answer) => answer.ok,
      () => false,
    )) &&
    (await evaluations("SELECT tick FROM evaluations WHERE kind = 'close' AND phase = 'finished'")).length >
      0;
  const startedAt = performance.now();
  while (!(await isReady())) {
    if (child.exitCode !== null || performance.now() - startedAt > READY_WITHIN_MILLIS)
      throw new Error(
        `\`tidemark up\` is not ready: ${readFileSync(join(directory, 'log'), 'utf8').slice(-2000)}`,
      );
    await sleep(200);
  }
  console.log(`ready, yesterday closed, after ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
  return {
    url,
    writeKey: WRITE_KEY,
    pid: child.pid ?? 0,
    describeTicks: async () => {
      const [row] = await evaluations(`SELECT count() AS ticks, round(quantile(0.5)(milliseconds)) AS p50,
  round(quantile(0.99)(milliseconds)) AS p99, round(avg(accounts)) AS accounts
FROM evaluations WHERE kind = 'tick' AND phase = 'finished'`);
      const parts = await readTickParts(url);
      return `${parts}\n${row?.ticks} ticks of ${row?.accounts} accounts, p50 ${row?.p50} ms, p99 ${row?.p99} ms`;
    },
    stop: async () => {
      child.kill('SIGTERM');
      await exited;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Means of a tick's parts, from what the process shows to Prometheus. */
async function readTickParts(url: string): Promise<string> {
  const text = await fetch(`${url}/metrics`).then((answer) => answer.text());
  const read = (what: string) =>
    new Map(
      [
        ...text.matchAll(
          new RegExp(
            `^tidemark_score_part_duration_seconds_${what}\\{kind="tick",part="(\\w+)"\\} (\\S+)$`,
            'gm',
          ),
        ),
      ].map(([, part, value]) => [part, Number(value)]),
    );
  const counts = read('count');
  const means = [...read('sum')].map(
    ([part, sum]) => `${part} ${((sum / (counts.get(part) ?? 1)) * 1000).toFixed(0)}`,
  );
  return `parts of a tick, means in ms: ${means.join(', ')}`;
}
