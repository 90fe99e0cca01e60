// Redis is flushed again and again while two loops deliver a hundred episodes to a CRM that fails on the way: every
// episode ends as one task, in the state of its signal, and then nothing more is sent.
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FAULT_KINDS, type FaultKind } from '../../demo/hubspot/plan-faults.ts';
import { type HubSpotStandIn, startHubSpotStandIn } from '../../demo/hubspot/start-stand-in.ts';
import type { RunningService } from '../../scripts/stack/service-process.ts';
import { startRedis } from '../../scripts/stack/start-redis.ts';
import { createLogger } from '../../src/app/create-logger.ts';
import { type DeliverLoop, startDeliver } from '../../src/app/deliver.ts';
import type { DeliveryRules } from '../../src/app/delivery-plan.ts';
import { systemClock } from '../../src/app/system-clock.ts';
import type { DeliveryQueue } from '../../src/model/delivery-queue.ts';
import type { AccountId, EpisodeId, SinkName } from '../../src/model/ids.ts';
import type { Store } from '../../src/model/store.ts';
import type { EpochMicros } from '../../src/model/time.ts';
import { readRuleset } from '../../src/rules/read-ruleset.ts';
import { openBullmqQueue } from '../../src/sinks/bullmq-queue.ts';
import { openSink } from '../../src/sinks/open-sink.ts';
import { sinkConfigSchema } from '../../src/sinks/sink-config.ts';
import { writeTransitions } from './deliver-transitions.ts';
import { startTestEngine, type TestEngine } from './support/engine.ts';
import { waitUntil } from './support/wait-until.ts';

const CRM = 'crm' as SinkName;
const TOKEN = 'pat-redis-flush';
const EPISODES = 100;
/** Of those that were sent, so many resolve while the others are still being sent. */
const RESOLVING = 25;
/** Tasks at the stand-in at which Redis is flushed. */
const FLUSH_AT = [1, 15, 30, 45, 60, 75, 90];
/** All that pass by themselves within seconds. */
const FAULTS: readonly FaultKind[] = FAULT_KINDS.filter(
  (kind) =>
    !['daily_limit', 'unauthorised', 'invalid', 'redirect', 'hang_before', 'hang_after'].includes(kind),
);
const RULE = 'rules: {team_hits_2000_messages: {kind: pql, when: {account.plan: free}}}\n';

let server: RunningService;
let redis: Redis;
let engine: TestEngine;
let store: Store;
let standIn: HubSpotStandIn;
const loops: DeliverLoop[] = [];
const faults: string[] = [];
let resolving: readonly EpisodeId[] = [];

beforeAll(async () => {
  // One of its own: what else runs on the shared one must not be flushed away.
  server = await startRedis();
  redis = new Redis(`redis://${server.address}`);
  engine = await startTestEngine();
  store = await engine.openDatabase();
  standIn = await startHubSpotStandIn({ token: TOKEN, faults: { seed: 20, share: 0.1, kinds: FAULTS } });
});

afterAll(async () => {
  await Promise.allSettled(loops.map((loop) => loop.stop()));
  redis?.disconnect();
  await standIn?.close();
  await engine?.stop();
  await server?.stop();
});

test('a Redis that is flushed in the middle of deliveries loses no task and doubles none', {
  timeout: 90_000,
}, async () => {
  await writeTransitions(store, ...identities);
  const queue = await deliver();
  await deliver();
  await queue.trigger(identities.map(({ episode }) => ({ episode, sink: CRM })));

  for (const threshold of FLUSH_AT) {
    await waitUntil({
      what: `${threshold} tasks at the stand-in`,
      look: () => standIn.tasks().length,
      holds: (tasks) => tasks >= threshold,
      everyMs: 2,
      withinMs: 30_000,
      context: () => faults.slice(-10).join('\n'),
    });
    expect(standIn.tasks().length, 'the flush must come in the middle').toBeLessThan(EPISODES);
    await redis.flushall();
    if (threshold === FLUSH_AT[2]) await resolveSome();
  }
  await waitUntil({
    what: 'a task of every episode in its last state, and every receipt',
    look: async () => ({ ...difference(), unsettled: await unsettled() }),
    holds: ({ missing, unknown, unsettled }) => missing.length + unknown.length + unsettled === 0,
    withinMs: 60_000,
    context: () => faults.slice(-10).join('\n'),
  });

  const requests = standIn.requests().length;
  await sleep(1500);
  expect(standIn.requests().length).toBe(requests);
  expect(standIn.tasks()).toHaveLength(EPISODES);
  expect(standIn.tasks().every(({ companyIds }) => companyIds.length === 1)).toBe(true);
  expect(standIn.companies()).toHaveLength(EPISODES);
  expect(standIn.requests().filter(({ fault }) => fault !== undefined).length).toBeGreaterThan(15);
});

const identities = Array.from({ length: EPISODES }, (_, n) => ({
  accountId: `team-${n}` as AccountId,
  episode: `episode-${n}` as EpisodeId,
}));

/** An episode that resolves before anything was sent of it is rightly never sent, so only those that were. */
async function resolveSome(): Promise<void> {
  const sent = new Set(standIn.tasks().map(({ properties }) => properties.tidemark_episode));
  const chosen = identities.filter(({ episode }) => sent.has(episode)).slice(0, RESOLVING);
  resolving = chosen.map(({ episode }) => episode);
  const end = { step: 2, from: 'open', to: 'resolved' } as const;
  await writeTransitions(store, ...chosen.map((identity) => ({ ...identity, ...end })));
}

/** Lines `episode status`: what should be there and is not, and what is and should not. */
function difference(): { readonly missing: readonly string[]; readonly unknown: readonly string[] } {
  const expected = identities.map(
    ({ episode }) => `${episode} ${resolving.includes(episode) ? 'COMPLETED' : 'NOT_STARTED'}`,
  );
  const found = standIn
    .tasks()
    .map(({ properties }) => `${properties.tidemark_episode} ${properties.hs_task_status}`);
  return {
    missing: expected.filter((line) => !found.includes(line)),
    unknown: found.filter((line) => !expected.includes(line)),
  };
}

/** Episodes whose last row is not the receipt of something delivered. */
async function unsettled(): Promise<number> {
  const [row] = await store.query<{ episodes: string }>({
    sql: `SELECT count() AS episodes FROM (
  SELECT episode, argMax((phase, outcome), (seq, phase)) AS last FROM deliveries GROUP BY episode
  HAVING last != ('receipt', 'delivered'))`,
    params: {},
    columns: ['episodes'],
  });
  return Number(row?.episodes);
}

async function deliver(): Promise<DeliveryQueue> {
  const queue = openBullmqQueue({
    redisUrl: `redis://${server.address}`,
    prefix: 'redis_flush',
    // A flush takes the locks of running jobs, which BullMQ reports: expected here, shown only with a failure.
    onFault: ({ key, error }) => faults.push(`${key?.episode ?? ''} ${String(error)}`),
  });
  const config = sinkConfigSchema.parse({ type: 'hubspot', token: TOKEN, base_url: standIn.url });
  const sinks = new Map([[CRM, openSink(CRM, config, { clock: systemClock, write: () => undefined })]]);
  const output = { write: (line: string) => faults.push(line) };
  const logger = createLogger({ environment: { LOG_LEVEL: 'error' }, output, secrets: [] });
  const { ruleset } = readRuleset({ 'pql.yaml': RULE }, {});
  const rules: DeliveryRules = {
    ruleset,
    routes: new Map([['pql', [CRM]]]),
    sinkSince: new Map(),
    releases: new Map(),
    deliverOpen: false,
    retryRejectedBefore: 0 as EpochMicros,
  };
  const parts = { store, queue, sinks, clock: systemClock, logger, random: Math.random };
  loops.push(await startDeliver({ ...parts, readRules: async () => rules, sweepEveryMs: 300 }));
  return queue;
}
