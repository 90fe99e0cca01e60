// Real processes whose servers are away or refuse them: what they write about it has no secret in it, in either form.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundle, runTidemark } from '../support/run-tidemark.ts';
import { startRunner } from './support/run-tidemark.ts';
import { waitUntil } from './support/wait-until.ts';

const PASSWORD = 'p%40ss-w0rd';
const SECRETS = [
  PASSWORD,
  'p@ss-w0rd',
  'k4fka-passw0rd',
  'wk-0123456789',
  'T0KENT0KENT0KENT0KEN',
  'c2VjcmV0',
];

let folder: string;

const environment = (more: Readonly<Record<string, string>>) => ({
  TIDEMARK_WRITE_KEY: 'wk-0123456789',
  HOOK_URL: 'http://127.0.0.1:1/hooks/T0KENT0KENT0KENT0KEN?sig=wk-0123456789',
  HOOK_SECRET: `whsec_${'c2VjcmV0'.repeat(4)}`,
  LOG_LEVEL: 'trace',
  DEBUG: '1',
  ...more,
});

beforeAll(async () => {
  bundle();
  folder = await mkdtemp(join(tmpdir(), 'tidemark-secrets-'));
  const config = `listen: 127.0.0.1:0
write_keys: [{name: web, key: $\{TIDEMARK_WRITE_KEY}}]
sinks: {hook: {type: webhook, url: "$\{HOOK_URL}", secret: $\{HOOK_SECRET}}}
routes: {pql: [hook]}
`;
  await writeFile(join(folder, 'tidemark.yaml'), config);
});
afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }));

const secretsIn = (text: string): readonly string[] => SECRETS.filter((secret) => text.includes(secret));

test.each(['json', 'text'])('with Redis away, in %s', async (LOG_FORMAT) => {
  const env = environment({ REDIS_URL: `redis://tide:${PASSWORD}@127.0.0.1:1`, LOG_FORMAT });
  const runner = startRunner({ cwd: folder, env });
  // Without the role that works on the queue a start does not wait for it.
  const up = await runner.up('up', '--roles', 'score,web');
  await fetch(up.address, { headers: { authorization: 'Bearer wk-0123456789' } });
  await waitUntil({ what: 'a fault', look: () => up.log(), holds: (log) => log.includes('ECONNREFUSED') });
  const log = up.log();
  await runner.endAll();
  expect(secretsIn(log)).toEqual([]);
});

test.each([
  ['ClickHouse', { CLICKHOUSE_URL: `http://tide:${PASSWORD}@127.0.0.1:1` }],
  ['Kafka', { KAFKA_BROKERS: 'app:k4fka-passw0rd@127.0.0.1:1' }],
])(
  'with %s away at the start, in what a command says before it ends',
  async (_, servers) => {
    for (const args of [['up'], ['doctor'], ['doctor', '--json']]) {
      const { code, stdout, stderr } = await runTidemark(args, { cwd: folder, env: environment(servers) });
      expect(code).toBe(1);
      expect(secretsIn(stdout + stderr)).toEqual([]);
    }
  },
  120_000,
);
