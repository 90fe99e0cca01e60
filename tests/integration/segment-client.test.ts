// A real Segment client, pointed at `tidemark up` with nothing else installed, ends in a lead in the CRM; and what it
// sends again after a failure counts once.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { Analytics } from '@segment/analytics-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type HubSpotStandIn, startHubSpotStandIn } from '../../demo/hubspot/start-stand-in.ts';
import { readLockFile } from '../../src/store/engine/lock-file.ts';
import { bundle, runTidemark } from '../support/run-tidemark.ts';
import { waitForEnd } from './support/engine.ts';
import { startRunner, type TidemarkProcess, type TidemarkRunner } from './support/run-tidemark.ts';
import { waitUntil } from './support/wait-until.ts';

const WRITE_KEY = 'segment-write-key';
const TOKEN = 'pat-segment-client';

const RULES = `metrics:
  messages: {count: message_sent, window: ever}
rules:
  free_team_hits_3_messages:
    kind: pql
    who: {account.plan: free}
    when: {messages: {gte: 3}}
    say: "{account.name} has sent {messages} messages on the {account.plan} plan"
    owner: sales
    outcome: {event: subscription_started, within: 30d}
`;

let folder: string;
let standIn: HubSpotStandIn;
let runner: TidemarkRunner;
let up: TidemarkProcess;
let proxy: FailingProxy;
let client: Analytics;
const clientErrors: unknown[] = [];

beforeAll(async () => {
  bundle();
  folder = await mkdtemp(join(tmpdir(), 'tidemark-segment-'));
  standIn = await startHubSpotStandIn({ token: TOKEN });
  await mkdir(join(folder, 'rules'));
  await writeFile(join(folder, 'rules/pql.yaml'), RULES);
  await writeFile(
    join(folder, 'tidemark.yaml'),
    `listen: 127.0.0.1:0
write_keys: [{name: web, key: $\{TIDEMARK_WRITE_KEY}}]
sinks:
  crm: {type: hubspot, token: $\{HUBSPOT_TOKEN}, base_url: "${standIn.url}"}
routes: {pql: [crm]}
`,
  );
  runner = startRunner({
    cwd: folder,
    env: { TIDEMARK_WRITE_KEY: WRITE_KEY, HUBSPOT_TOKEN: TOKEN },
  });
  up = await runner.up('up');
  proxy = await startFailingProxy(up.address);
  client = new Analytics({ writeKey: WRITE_KEY, host: proxy.url, flushAt: 20, flushInterval: 60_000 });
  client.on('error', (error) => clientErrors.push(error));
});

afterAll(async () => {
  await runner?.endAll();
  proxy?.server.closeAllConnections();
  proxy?.server.close();
  await standIn?.close();
  const engine = folder === undefined ? undefined : await readLockFile(join(folder, '.tidemark'));
  if (engine !== undefined && engine.pid !== 0) {
    process.kill(engine.pid, 'SIGTERM');
    await waitForEnd(engine.pid);
  }
  await rm(folder, { recursive: true, force: true });
});

test('track, identify and group of a real client end in a lead, and what it sends again counts once', async () => {
  client.identify({ userId: 'ann', traits: { email: 'ann@acme.test' } });
  client.group({ userId: 'ann', groupId: 'acme', traits: { name: 'Acme', plan: 'free' } });
  client.group({ userId: 'bob', groupId: 'globex', traits: { name: 'Globex', plan: 'free' } });
  for (const groupId of ['acme', 'globex']) sendMessage(groupId);
  // Stored, but the client never hears of it; then not even stored: it sends the same messages three times.
  proxy.failNext('after', 'before');
  await client.flush();
  for (const groupId of ['acme', 'globex']) sendMessage(groupId);
  proxy.failNext('after');
  await client.flush();

  expect(clientErrors).toEqual([]);
  expect(proxy.answered()).toEqual([503, 503, 200, 503, 200]);
  expect(await count("event = 'message_sent'")).toBe(4);
  // Every batch has been looked at, and nobody has sent three messages yet.
  await waitUntil({
    what: 'a tick over everything that is stored',
    look: () =>
      sql('SELECT count() FROM announced_batches WHERE batch_id NOT IN (SELECT batch_id FROM taken_batches)'),
    holds: (waiting) => waiting === '0',
  });
  expect(standIn.tasks()).toEqual([]);

  sendMessage('acme');
  await client.closeAndFlush();
  const tasks = await waitUntil({
    what: 'the lead of acme at the stand-in',
    look: () => standIn.tasks(),
    holds: (seen) => seen.some(({ companyIds }) => companyIds.length > 0),
    context: () => up.log(),
  });
  expect(tasks.map(({ properties }) => properties.hs_task_subject)).toEqual([
    'Acme has sent 3 messages on the free plan',
  ]);
  const companies = standIn
    .companies()
    .map(({ properties }) => `${properties.tidemark_account_id} ${properties.name}`);
  expect(companies).toEqual(['acme Acme']);
  expect(await count("event = 'message_sent' AND account_id = 'acme' AND user_id = 'ann'")).toBe(3);
  expect(await sql("SELECT value FROM user_traits FINAL WHERE user_id = 'ann'")).toBe('"ann@acme.test"');
  expect(await sql('SELECT count() FROM dead_letters')).toBe('0');
  expect(await up.stop()).toBe(0);
});

const sendMessage = (groupId: string): void =>
  client.track({ userId: groupId === 'acme' ? 'ann' : 'bob', event: 'message_sent', context: { groupId } });

const count = async (where: string): Promise<number> =>
  Number(await sql(`SELECT count() FROM events WHERE ${where}`));

async function sql(query: string): Promise<string> {
  const { code, stdout, stderr } = await runTidemark(['sql', query, '--format', 'TSVRaw'], { cwd: folder });
  if (code !== 0) throw new Error(`${query}: ${stderr}`);
  return stdout.trim();
}

interface FailingProxy {
  readonly url: string;
  readonly server: Server;
  /** The next requests are answered 503: `before` nothing was passed on, `after` it was, and the answer is lost. */
  failNext(...how: readonly ('before' | 'after')[]): void;
  /** The status of every answer that was given, oldest first. */
  answered(): readonly number[];
}

async function startFailingProxy(target: string): Promise<FailingProxy> {
  const planned: ('before' | 'after')[] = [];
  const answered: number[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await buffer(request);
    const fault = planned.shift();
    const { authorization = '', 'content-type': type = '' } = request.headers;
    const passed =
      fault === 'before'
        ? undefined
        : await fetch(`${target}${request.url}`, {
            method: 'POST',
            headers: { authorization, 'content-type': type },
            body: new Uint8Array(body),
          });
    const status = fault === undefined ? (passed?.status ?? 500) : 503;
    answered.push(status);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(fault === undefined ? await passed?.text() : '{}');
  };
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    server,
    failNext: (...how) => void planned.push(...how),
    answered: () => answered,
  };
}
