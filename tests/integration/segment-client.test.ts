// A real Segment client, pointed at `tidemark up` with nothing else installed, ends in a lead in the CRM; and what it
// sends again after a failure counts once.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Analytics } from '@segment/analytics-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type HubSpotStandIn, startHubSpotStandIn } from '../../demo/hubspot/start-stand-in.ts';
import { readLockFile } from '../../src/store/engine/lock-file.ts';
import { bundle, runTidemark } from '../support/run-tidemark.ts';
import { startCollecting, WRITE_KEY } from './support/collecting.ts';
import { startTestEngine, waitForEnd } from './support/engine.ts';
import { type FailingProxy, startFailingProxy } from './support/failing-proxy.ts';
import { startRunner, type TidemarkProcess, type TidemarkRunner } from './support/run-tidemark.ts';
import { waitUntil } from './support/wait-until.ts';

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
  proxy?.close();
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

test('all that the client says is stored as what it means, by either path of batches', async () => {
  const engine = await startTestEngine();
  const collecting = await startCollecting(await engine.openDatabase());
  const { rows } = collecting;
  const timestamp = new Date('2026-03-01T09:30:00.120Z');
  const said = { userId: 'ann', timestamp };
  for (const path of ['/v1/batch', '/v1/import']) {
    const speaker = new Analytics({ writeKey: WRITE_KEY, host: collecting.proxy.url, path, flushAt: 100 });
    speaker.identify({ ...said, messageId: 'i', traits: { email: 'ann@acme.test' } });
    speaker.group({ ...said, messageId: 'g', groupId: 'acme', traits: { plan: 'pro' } });
    for (let n = 0; n < 50; n++) speaker.track({ ...said, messageId: `t${n}`, event: 'message_sent' });
    speaker.page({ ...said, messageId: 'p', name: 'Pricing', category: 'docs', properties: { path: '/' } });
    speaker.screen({ ...said, messageId: 's', name: 'Home' });
    speaker.alias({ ...said, messageId: 'a', previousId: 'anonymous-7' });
    collecting.proxy.failNext('after');
    await speaker.closeAndFlush();
  }
  expect(collecting.proxy.answered()).toEqual([503, 200, 503, 200]);
  expect(collecting.answered.map(({ route, accepted, rejected }) => [route, accepted, rejected])).toEqual(
    ['/v1/batch', '/v1/batch', '/v1/import', '/v1/import'].map((route) => [route, 55, 0]),
  );
  expect(
    await rows(
      'SELECT event, account_id, user_id, count(), uniqExact(id) FROM events GROUP BY ALL ORDER BY ALL',
    ),
  ).toEqual([
    ['message_sent', 'acme', 'ann', '50', '50'],
    ['page', 'acme', 'ann', '1', '1'],
    ['screen', 'acme', 'ann', '1', '1'],
  ]);
  expect(await rows("SELECT properties FROM events WHERE event = 'page'")).toEqual([
    ['{"name":"Pricing","category":"docs","path":"/"}'],
  ]);
  expect(await rows('SELECT user_id, account_id, toString(valid_from) FROM memberships FINAL')).toEqual([
    ['ann', 'acme', '2026-03-01 09:30:00.120'],
  ]);
  expect(await rows('SELECT user_id, trait, value FROM user_traits FINAL')).toEqual([
    ['ann', 'email', '"ann@acme.test"'],
  ]);
  expect(await rows('SELECT account_id, trait, value FROM account_traits FINAL')).toEqual([
    ['acme', 'plan', '"pro"'],
  ]);
  expect(await rows('SELECT user_id, previous_id FROM user_aliases FINAL')).toEqual([['ann', 'anonymous-7']]);
  expect(await rows('SELECT count() FROM dead_letters')).toEqual([['0']]);
  await collecting.stop();
  await engine.stop();
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
