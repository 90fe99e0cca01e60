// Requests per second with batches of a hundred events: the collector through to Kafka's acknowledgement, against a bare
// Fastify route that parses the same body and answers.
//   npx tsx bench/collector.ts [seconds] [rounds] [connections]
import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startKafka } from '../scripts/stack/start-kafka.ts';
import { median } from './bench-project.ts';
import { writeBatch } from './latency/send-steadily.ts';

const SECONDS = Number(process.argv[2] ?? 20);
const ROUNDS = Number(process.argv[3] ?? 3);
const CONNECTIONS = Number(process.argv[4] ?? 20);
const KEY = 'a-key-for-benchmarks';
/** Its main file is its command. */
const AUTOCANNON = fileURLToPath(import.meta.resolve('autocannon'));

interface Rate {
  readonly perSecond: number;
  readonly p99: number;
}

const directory = mkdtempSync(join(tmpdir(), 'tidemark-collector-'));
const body = join(directory, 'body.json');
writeFileSync(body, JSON.stringify({ batch: writeBatch(), sentAt: new Date().toISOString() }));
const kafka = await startKafka();
const collector = fork('bench/collector/serve-collector.ts', [kafka.address, 'bench.', KEY], {
  execArgv: ['--import', 'tsx'],
});
const bare = fork('bench/collector/serve-bare.ts', { execArgv: ['--import', 'tsx'] });
try {
  const [[ofCollector], [ofBare]] = await Promise.all([once(collector, 'message'), once(bare, 'message')]);
  const rates = { collector: [] as Rate[], bare: [] as Rate[] };
  for (let round = 0; round < ROUNDS; round++) {
    rates.bare.push(await measure(String(ofBare)));
    rates.collector.push(await measure(String(ofCollector)));
  }
  report(rates.collector, rates.bare);
} finally {
  collector.disconnect();
  bare.disconnect();
  await kafka.stop();
  rmSync(directory, { recursive: true, force: true });
}

async function measure(url: string): Promise<Rate> {
  const authorization = `Basic ${Buffer.from(`${KEY}:`).toString('base64')}`;
  const { stdout } = await promisify(execFile)(process.execPath, [
    AUTOCANNON,
    ...['--json', '--no-progress', '-c', String(CONNECTIONS), '-d', String(SECONDS), '-m', 'POST'],
    ...['-H', `authorization=${authorization}`, '-H', 'content-type=application/json', '-i', body],
    `${url}/v1/batch`,
  ]);
  const found = JSON.parse(stdout) as {
    readonly requests: { readonly average: number };
    readonly latency: { readonly p99: number };
    readonly non2xx: number;
    readonly errors: number;
  };
  if (found.non2xx + found.errors > 0)
    throw new Error(`${found.non2xx} refused, ${found.errors} broken: ${url}`);
  return { perSecond: found.requests.average, p99: found.latency.p99 };
}

function report(collected: readonly Rate[], baseline: readonly Rate[]): void {
  const [own, base] = [collected, baseline].map((rates) => median(rates.map(({ perSecond }) => perSecond)));
  const p99 = (rates: readonly Rate[]) => `${median(rates.map((rate) => rate.p99)).toFixed(0)} ms`;
  console.log(`requests of 100 events a second, ${CONNECTIONS} connections, median of ${ROUNDS} rounds; load ${loadavg()[0]?.toFixed(1)}
bare Fastify route, parses and answers        ${base?.toFixed(0)} requests/s, p99 ${p99(baseline)}
Tidemark: check, encode, Kafka acknowledged   ${own?.toFixed(0)} requests/s, p99 ${p99(collected)}, ${((own ?? 0) * 100).toFixed(0)} events/s
ratio: ${((own ?? Number.NaN) / (base ?? Number.NaN)).toFixed(2)}`);
}
