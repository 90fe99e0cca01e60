// Server mode: every role in processes of its own on a real Kafka, a real Redis and a separately started engine.
// One ingest, one score and one deliver are killed at work: what was sent is stored once, and each lead is sent once.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import kafkajs, { type Admin, type Producer } from 'kafkajs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type HubSpotStandIn, startHubSpotStandIn } from '../../demo/hubspot/start-stand-in.ts';
import { readLockFile } from '../../src/store/engine/lock-file.ts';
import type { Overview } from '../../src/web/web-data.ts';
import { bundle, runTidemark } from '../support/run-tidemark.ts';
import { kafkaBrokers } from './support/kafka.ts';
import { redisUrl } from './support/redis.ts';
import { startRunner, type TidemarkProcess, type TidemarkRunner } from './support/run-tidemark.ts';
import { waitUntil } from './support/wait-until.ts';

const WRITE_KEY = 'server-mode-write-key';
const TOKEN = 'pat-server-mode';
const PREFIX = `test_${process.pid}_${Date.now().toString(36)}`;
const ROLES = ['collect', 'ingest', 'ingest', 'score', 'score', 'deliver', 'deliver', 'web'];

const RULES = `metrics:
  messages: {count: message_sent, window: ever}
rules:
  free_team_hits_3_messages:
    kind: pql
    who: {account.plan: free}
    when: {messages: {gte: 3}}
    say: "{account.name} has sent {messages} messages"
    owner: sales
    outcome: {event: subscription_started, within: 30d}
`;

/** Three ways in for as many teams each; and teams that stay below the rule's bound however often they repeat. */
const WAYS = ['http', 'canonical', 'segment'] as const;
type Way = (typeof WAYS)[number];
interface Team {
  readonly id: string;
  readonly way: Way;
  readonly messages: number;
}
const TEAMS: readonly Team[] = WAYS.flatMap((way) => [
  ...Array.from({ length: 10 }, (_, n) => ({ id: `${way}-${n}`, way, messages: 3 })),
  ...Array.from({ length: 2 }, (_, n) => ({ id: `${way}-few-${n}`, way, messages: 2 })),
]);
const LEADS = TEAMS.filter(({ messages }) => messages === 3);
/** A worker's concurrency: what a killed process was sending may have been done, and is sent again. */
const SENT_AGAIN_AT_MOST = 8;

let folder: string;
let standIn: HubSpotStandIn;
let engine: TidemarkRunner;
let runner: TidemarkRunner;
let producer: Producer;
let admin: Admin;
let environment: Readonly<Record<string, string>>;
const up = new Map<string, TidemarkProcess>();

beforeAll(async () => {
  bundle();
  folder = await mkdtemp(join(tmpdir(), 'tidemark-server-mode-'));
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
  engine = startRunner({ cwd: folder, env: {} });
  const brokers = await kafkaBrokers();
  environment = {
    CLICKHOUSE_URL: await startEngine(),
    KAFKA_BROKERS: brokers.join(','),
    REDIS_URL: await redisUrl(),
    TIDEMARK_PREFIX: PREFIX,
    TIDEMARK_WRITE_KEY: WRITE_KEY,
    HUBSPOT_TOKEN: TOKEN,
  };
  runner = startRunner({ cwd: folder, env: environment });
  // All at once, as a compose file does: they migrate, create topics and apply the rules against each other.
  await Promise.all(
    ROLES.map(async (role, index) => {
      const name = ROLES.indexOf(role) === index ? role : `other ${role}`;
      up.set(name, await runner.up(name, '--roles', role));
    }),
  );
  const kafka = new kafkajs.Kafka({ brokers: [...brokers], logLevel: kafkajs.logLevel.NOTHING });
  producer = kafka.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
  admin = kafka.admin();
  await Promise.all([producer.connect(), admin.connect()]);
});

afterAll(async () => {
  await Promise.all([producer?.disconnect(), admin?.disconnect()]);
  await runner?.endAll();
  await engine?.endAll();
  await standIn?.close();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

test('in nine processes, three of them killed, every event counts once and every lead is sent once', {
  timeout: 150_000,
}, async () => {
  await sendTraits();
  await sendMalformed();
  await sendMessages(1);
  await sendMessages(2);
  await sendMessages(1);
  await processNamed('ingest').kill();
  await sendMessages(2);
  await sendMessages(3);
  await waitUntil({
    what: 'a first lead at the stand-in',
    look: () => standIn.tasks().length,
    holds: (tasks) => tasks > 0,
    withinMs: 60_000,
    everyMs: 5,
    context: () => runner.logs(),
  });
  await Promise.all([processNamed('deliver').kill(), processNamed('score').kill()]);
  await sendMessages(3);

  await waitUntil({
    what: 'a task of every lead, with its company',
    look: () => standIn.tasks().filter(({ companyIds }) => companyIds.length > 0).length,
    holds: (tasks) => tasks >= LEADS.length,
    withinMs: 90_000,
    context: () => runner.logs(),
  });
  // What the killed process had fetched is given to the other one, and is counted only now.
  await waitUntil({
    what: 'the end of the topic, stored and committed in every partition',
    look: lag,
    holds: (messages) => messages === 0,
    withinMs: 60_000,
    everyMs: 200,
    context: () => runner.logs(),
  });
  const overview = await waitUntil({
    what: 'no waiting job, and a receipt of every lead, on the page',
    look: readOverview,
    holds: ({ signals, pipeline }) =>
      pipeline.queueDepth === 0 &&
      signals.length >= LEADS.length &&
      signals.every(({ deliveries }) => deliveries[0]?.outcome === 'delivered'),
    withinMs: 30_000,
    context: () => runner.logs(),
  });

  expect(
    await sql(
      'SELECT account_id, event, count(), uniqExact(id) FROM events GROUP BY ALL ORDER BY account_id',
    ),
  ).toEqual(TEAMS.map(({ id, messages }) => `${id}\tmessage_sent\t${messages}\t${messages}`).sort());
  expect(
    await sql(
      'SELECT account_id, sum(n), sum(length(members)) FROM series_days FINAL GROUP BY ALL ORDER BY account_id',
    ),
  ).toEqual(TEAMS.map(({ id, messages }) => `${id}\t${messages}\t${messages}`).sort());
  expect(await sql('SELECT source, reason FROM dead_letters FINAL ORDER BY source, reason')).toEqual([
    'collector\tmissing_event',
    'topic\tempty_message',
    'topic\tinvalid_json',
    'topic\tinvalid_utf8',
    'topic\tmissing_account_and_user',
    'topic\tnot_an_object',
    'topic\ttimestamp_out_of_range',
  ]);
  expectEachLeadOnce(overview);
});

test('what is left ends cleanly when it is told to', { timeout: 60_000 }, async () => {
  const left = ['collect', 'other ingest', 'other score', 'other deliver', 'web'];
  expect(await Promise.all(left.map((name) => processNamed(name).stop()))).toEqual(left.map(() => 0));
  expect(await processNamed('engine').stop()).toBe(0);
});

/** As many tasks, companies, openings and rows on the page as there are leads, and hardly a call more. */
function expectEachLeadOnce({ signals, pipeline }: Overview): void {
  const ids = LEADS.map(({ id }) => id).sort();
  const companies = standIn.companies();
  expect(companies.map(({ properties }) => properties.tidemark_account_id).sort()).toEqual(ids);
  expect(
    companies.every(({ properties }) => properties.name === `Team ${properties.tidemark_account_id}`),
  ).toBe(true);
  const tasks = standIn.tasks();
  expect(tasks.map(({ properties }) => properties.hs_task_subject).sort()).toEqual(
    ids.map((id) => `Team ${id} has sent 3 messages`),
  );
  expect(tasks.map(({ companyIds }) => companyIds.join()).sort()).toEqual(
    companies.map(({ id }) => id).sort(),
  );
  const upserts = standIn.requests().filter(({ path }) => path.includes('/tasks/batch/upsert')).length;
  expect(upserts).toBeLessThanOrEqual(LEADS.length + SENT_AGAIN_AT_MOST);

  const taskOf = new Map(tasks.map(({ id, properties }) => [properties.tidemark_episode, id]));
  expect(signals.map(({ accountId }) => accountId).sort()).toEqual(ids);
  for (const { episode, deliveries } of signals) {
    expect(deliveries).toMatchObject([{ sink: 'crm', outcome: 'delivered', remoteId: taskOf.get(episode) }]);
  }
  expect(pipeline).toMatchObject({
    openSignals: LEADS.length,
    deadLetters: 7,
    engine: { log: 'Kafka', queue: 'Redis', store: expect.stringMatching(/^ClickHouse at 127\.0\.0\.1:/) },
  });
}

/** @returns its address with user and password, as CLICKHOUSE_URL takes it. */
async function startEngine(): Promise<string> {
  const dataDir = join(folder, 'engine');
  await mkdir(dataDir);
  const started = await engine.engine(dataDir);
  up.set('engine', started);
  const { owner } = (await readLockFile(dataDir)) ?? {};
  return started.address.replace('http://', `http://${owner?.username}:${owner?.password}@`);
}

function processNamed(name: string): TidemarkProcess {
  const found = up.get(name);
  if (found === undefined) throw new Error(`no process "${name}"`);
  return found;
}

async function sendTraits(): Promise<void> {
  const traits = ({ id }: Team) => ({ name: `Team ${id}`, plan: 'free' });
  await post(
    TEAMS.map((team) => ({
      type: 'group',
      messageId: `group-${team.id}`,
      userId: `user-1-${team.id}`,
      groupId: team.id,
      traits: traits(team),
    })),
  );
}

/** The n-th message of each team that has one, by its way in. Sent again it is the same message. */
async function sendMessages(n: number): Promise<void> {
  const due = TEAMS.filter(({ messages }) => messages >= n);
  const of = (way: Way) => due.filter((team) => team.way === way);
  const timestamp = new Date().toISOString().replace(/T.*/, 'T00:00:00.000Z');
  const fields = (team: Team) => ({
    event: 'message_sent',
    timestamp,
    id: `message-${n}-${team.id}`,
    user: `user-${n}-${team.id}`,
  });
  const segment = (team: Team) => {
    const { event, id, user } = fields(team);
    return { type: 'track', messageId: id, event, userId: user, timestamp, context: { groupId: team.id } };
  };
  const canonical = (team: Team) => {
    const { event, id, user } = fields(team);
    return { type: 'track', id, event, user_id: user, account_id: team.id, timestamp, properties: {} };
  };
  await Promise.all([
    post(of('http').map(segment)),
    produce(
      [...of('canonical').map(canonical), ...of('segment').map(segment)].map((one) => JSON.stringify(one)),
    ),
  ]);
}

async function sendMalformed(): Promise<void> {
  const answer = await post([{ type: 'track', userId: 'ann' }]);
  // What Segment's clients expect; the verdicts are for those who ask.
  expect(answer).toEqual({ success: true });
  await produce([
    '{"type": "track"',
    Buffer.from([0x7b, 0xff, 0xfe]),
    null,
    '[1, 2]',
    '{"type": "track", "event": "message_sent"}',
    '{"type": "track", "event": "message_sent", "account_id": "http-0", "timestamp": "9999-01-01T00:00:00Z"}',
  ]);
}

async function post(batch: readonly object[]): Promise<unknown> {
  const answer = await fetch(`${processNamed('collect').address}/v1/batch`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Basic ${btoa(`${WRITE_KEY}:`)}` },
    body: JSON.stringify({ batch }),
  });
  expect(answer.status).toBe(200);
  return answer.json();
}

async function produce(values: readonly (string | Buffer | null)[]): Promise<void> {
  await producer.send({ topic: `${PREFIX}.events`, messages: values.map((value) => ({ value })) });
}

/** Messages of the topic that the group has not committed. */
async function lag(): Promise<number> {
  const topic = `${PREFIX}.events`;
  const [ends, groups] = await Promise.all([
    admin.fetchTopicOffsets(topic),
    admin.fetchOffsets({ groupId: `${PREFIX}.ingest`, topics: [topic] }),
  ]);
  const committed = new Map(
    groups
      .flatMap(({ partitions }) => partitions)
      .map(({ partition, offset }) => [partition, Number(offset)]),
  );
  return ends.reduce(
    (sum, { partition, high }) => sum + Number(high) - Math.max(0, committed.get(partition) ?? 0),
    0,
  );
}

async function readOverview(): Promise<Overview> {
  const answer = await fetch(`${processNamed('web').address}/api/overview`);
  const body: unknown = await answer.json();
  return body as Overview;
}

async function sql(query: string): Promise<readonly string[]> {
  const { code, stdout, stderr } = await runTidemark(['sql', query, '--format', 'TSV'], {
    cwd: folder,
    env: environment,
  });
  if (code !== 0) throw new Error(`${query}: ${stderr}`);
  return stdout.trimEnd().split('\n');
}
