// Deliveries from the tables to real sinks: what is sent, what is written down, and what the sweep brings back.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createLogger } from '../../src/app/create-logger.ts';
import { type DeliverLoop, startDeliver } from '../../src/app/deliver.ts';
import { type DeliveryRules, unsettledAt } from '../../src/app/delivery-plan.ts';
import { sweepDeliveries } from '../../src/app/sweep-deliveries.ts';
import { systemClock } from '../../src/app/system-clock.ts';
import { triggerChanged } from '../../src/app/trigger-changed.ts';
import type { DeliveryRecord } from '../../src/model/delivery.ts';
import type { AccountId, EpisodeId, RuleName, SinkName } from '../../src/model/ids.ts';
import type { Store } from '../../src/model/store.ts';
import type { EpochMicros } from '../../src/model/time.ts';
import { readRuleset } from '../../src/rules/read-ruleset.ts';
import { openInProcessQueue } from '../../src/sinks/in-process-queue.ts';
import { openSink } from '../../src/sinks/open-sink.ts';
import type { SinkConfig } from '../../src/sinks/sink-config.ts';
import { loadEpisodeStates, loadEpisodes } from '../../src/store/delivery/load-episodes.ts';
import { readRuleReleases } from '../../src/store/delivery/read-releases.ts';
import { recordRelease } from '../../src/store/delivery/record-release.ts';
import { rememberSinks } from '../../src/store/delivery/remember-sinks.ts';
import { OPENED_ON, writePastTransitions, writeTransitions } from './deliver-transitions.ts';
import { startTestEngine, type TestEngine } from './support/engine.ts';

const SECRET = `whsec_${Buffer.alloc(32, 3).toString('base64')}`;
const [OUT, HOOK] = ['out', 'hook'] as SinkName[];
const RULE = 'team_hits_2000_messages' as RuleName;

/** Later than any other write: it loses. */
const LATE = 4_000_000_000_000_000 as EpochMicros;

const rulesetOf = (extra = '') => {
  const text = `rules:\n  ${RULE}: {kind: pql, owner: growth, when: {account.plan: free}${extra}}\n`;
  const { ruleset, problems } = readRuleset({ 'pql.yaml': text }, {});
  if (ruleset === undefined) throw new Error(JSON.stringify(problems));
  return ruleset;
};

let engine: TestEngine;
let folder: string;
let store: Store;
let hook: { readonly server: Server; readonly bodies: string[]; status: number };
let rules: DeliveryRules;
let loop: DeliverLoop | undefined;
let file = 0;

beforeAll(async () => {
  engine = await startTestEngine();
  folder = await mkdtemp(join(tmpdir(), 'tidemark-deliver-'));
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      if (hook.status === 200) {
        new Webhook(SECRET).verify(body, request.headers as Record<string, string>);
        bodies.push(body);
      }
      response.writeHead(hook.status).end(`answer ${hook.status}`);
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  hook = { server, bodies, status: 200 };
});

afterAll(async () => {
  hook.server.close();
  await engine.stop();
  await rm(folder, { recursive: true });
});

beforeEach(async () => {
  store = await engine.openDatabase();
  hook.bodies.length = 0;
  hook.status = 200;
  file += 1;
  rules = {
    ruleset: rulesetOf(),
    routes: new Map([['pql', [OUT, HOOK] as SinkName[]]]),
    sinkSince: new Map(),
    releases: new Map(),
    deliverOpen: false,
    retryRejectedBefore: 0 as EpochMicros,
  };
});

afterEach(async () => {
  await loop?.stop();
  loop = undefined;
});

async function start({ sweepEveryMs = 50, clock = systemClock } = {}) {
  const queue = openInProcessQueue({ onFault: ({ error }) => console.error(error), faultDelayMs: 10 });
  const { port } = hook.server.address() as AddressInfo;
  const configs: [SinkName | undefined, SinkConfig][] = [
    [OUT, { type: 'file', path: outFile() }],
    [HOOK, { type: 'webhook', url: `http://127.0.0.1:${port}/`, secret: SECRET, timeout_ms: 2000 }],
  ];
  const open = (name: SinkName, config: SinkConfig) =>
    [name, openSink(name, config, { clock: systemClock, write: () => undefined })] as const;
  const sinks = new Map(configs.map(([name, config]) => open(name as SinkName, config)));
  const output = { write: () => undefined };
  const logger = createLogger({ environment: { LOG_LEVEL: 'fatal' }, output, secrets: [] });
  const readRules = async () => rules;
  loop = await startDeliver({
    store,
    queue,
    sinks,
    clock,
    logger,
    readRules,
    random: () => 0,
    sweepEveryMs,
  });
  return queue;
}

const outFile = () => join(folder, `out-${file}.ndjson`);

interface Notice {
  readonly type: string;
  readonly data: { readonly account: { readonly id: string }; readonly owner: string };
}

async function notices(): Promise<readonly string[]> {
  const text = await readFile(outFile(), 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line): Notice => JSON.parse(line))
    .map(({ type, data }) => `${type} ${data.account.id}`);
}

/** Waits until it holds, then a little longer, so that what comes too often is seen too. */
async function settle(holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!(await holds())) {
    if (Date.now() > deadline) return;
    await sleep(20);
  }
  await sleep(300);
}

const rows = (sql: string) => store.query<Record<string, unknown>>({ sql, params: {}, columns: [] });

test('an opening is sent to every sink of its kind, once, with an intent before each receipt', async () => {
  await writeTransitions(store, {});
  await start();
  await settle(async () => hook.bodies.length > 0 && (await notices()).length > 0);
  expect(await notices()).toEqual(['signal.opened acme']);
  expect(hook.bodies.map((body): Notice => JSON.parse(body)).map(({ data }) => data.owner)).toEqual([
    'growth',
  ]);
  expect(
    await rows('SELECT sink, seq, phase, action, outcome, reason FROM deliveries ORDER BY sink, seq, phase'),
  ).toEqual(
    ['hook', 'out'].flatMap((sink) => [
      { sink, seq: 1, phase: 'intent', action: 'create', outcome: '', reason: 'opened' },
      { sink, seq: 1, phase: 'receipt', action: 'create', outcome: 'delivered', reason: 'opened' },
    ]),
  );
});

test('what a close changed is sent at once, without waiting for a sweep', async () => {
  const queue = await start({ sweepEveryMs: 60_000 });
  await sleep(100);
  await writeTransitions(store, {});
  const changed = [{ accountId: 'acme' as AccountId, rule: RULE, episode: 'acme-1' as EpisodeId }];
  await triggerChanged({ queue, changed, readRules: async () => rules });
  await settle(async () => (await notices()).length > 0);
  expect(await notices()).toEqual(['signal.opened acme']);
});

test('a resolve follows an open, also after the cooldown has passed and another wait has begun', async () => {
  await writeTransitions(store, {});
  await start();
  await settle(async () => (await notices()).length > 0);
  await writeTransitions(
    store,
    { step: 2, from: 'open', to: 'resolved' },
    { step: 3, from: 'resolved', to: 'none' },
    { step: 4, from: 'none', to: 'pending' },
  );
  await settle(async () => (await notices()).length > 1);
  expect(await notices()).toEqual(['signal.opened acme', 'signal.resolved acme']);
});

test('a resolve of what was never sent is not sent', async () => {
  await writeTransitions(store, {}, { step: 2, from: 'open', to: 'resolved' });
  await start();
  await sleep(500);
  expect(await notices()).toEqual([]);
});

test('of two writers of one step the first wins, and one notice is sent', async () => {
  await writeTransitions(store, { sentence: 'the first' });
  await writeTransitions(store, {
    sentence: 'the second',
    evaluatedAt: LATE,
  });
  await start();
  await settle(async () => hook.bodies.length > 0);
  expect(hook.bodies).toHaveLength(1);
  expect(hook.bodies[0]).toContain('the first');
});

test('an opening that lost to another write of its step is no signal, in any way of loading it', async () => {
  await writeTransitions(store, { to: 'pending', episode: undefined }, { accountId: 'beta' as AccountId });
  await writeTransitions(store, { step: 2, from: 'pending', to: 'none', episode: undefined });
  const late = { step: 2, from: 'pending', to: 'open', evaluatedAt: LATE } as const;
  await writeTransitions(store, late);
  for (const which of ['open', unsettledAt([OUT, HOOK] as SinkName[], rules), 'any'] as const) {
    const found = [
      await loadEpisodes(store, { which }),
      await loadEpisodes(store, { which, limit: 10 }),
      await loadEpisodeStates(store, { which }),
    ].map((episodes) => episodes.map(({ episode }) => episode));
    expect(found).toEqual([['beta-1'], ['beta-1'], ['beta-1']]);
  }
  expect(await loadEpisodes(store, { episode: 'acme-1' as EpisodeId, which: 'any' })).toEqual([]);
});

test('a sink that fails is tried again, and its own words are kept', async () => {
  hook.status = 503;
  await writeTransitions(store, {});
  await start();
  await settle(async () => (await rows("SELECT 1 FROM deliveries WHERE outcome = 'transient'")).length > 0);
  hook.status = 200;
  await settle(async () => hook.bodies.length > 0);
  expect(hook.bodies).toHaveLength(1);
  const [failed] = await rows("SELECT remote_text FROM deliveries WHERE outcome = 'transient' LIMIT 1");
  expect(failed?.remote_text).toBe('HTTP 503: answer 503');
});

test('a stop in the middle loses nothing: the next process goes on from the rows', async () => {
  hook.status = 503;
  await writeTransitions(store, {}, { accountId: 'beta' as AccountId });
  await start();
  await settle(async () => (await notices()).length > 1);
  await loop?.stop();
  hook.status = 200;
  await start();
  await settle(async () => hook.bodies.length > 1);
  expect(hook.bodies).toHaveLength(2);
  expect(await notices()).toHaveLength(2);
});

test('what opened before its sink was configured is sent only with --deliver-open', async () => {
  await writeTransitions(store, {});
  rules = { ...rules, sinkSince: await rememberSinks(store, [OUT, HOOK] as SinkName[], systemClock.now()) };
  await start();
  await sleep(400);
  expect(await notices()).toEqual([]);
  rules = { ...rules, deliverOpen: true };
  await settle(async () => (await notices()).length > 0);
  expect(await notices()).toEqual(['signal.opened acme']);
});

test('what tidemark evaluate opened while the sink was there is sent only with --deliver-open', async () => {
  await writePastTransitions(store, {});
  await writeTransitions(store, { accountId: 'beta' as AccountId });
  await start();
  await settle(async () => (await notices()).length > 0);
  expect(await notices()).toEqual(['signal.opened beta']);
  rules = { ...rules, deliverOpen: true };
  await settle(async () => (await notices()).length > 1);
  expect(await notices()).toEqual(['signal.opened beta', 'signal.opened acme']);
});

test('since when a sink is configured is remembered, and the first time counts', async () => {
  const first = await rememberSinks(store, [OUT as SinkName], 1_000_000 as EpochMicros);
  const again = await rememberSinks(store, [OUT, HOOK] as SinkName[], 2_000_000 as EpochMicros);
  expect(first).toEqual(new Map([[OUT, 1_000_000]]));
  expect(again).toEqual(
    new Map([
      [OUT, 1_000_000],
      [HOOK, 2_000_000],
    ]),
  );
});

test('held signals are sent once their rule is released, silent and baseline ones never', async () => {
  await writeTransitions(
    store,
    { held: true },
    { accountId: 'beta' as AccountId, silent: true },
    { accountId: 'gamma' as AccountId, reason: 'baseline' },
  );
  await start();
  await sleep(400);
  expect(await notices()).toEqual([]);
  await recordRelease(store, { kind: 'rule', subject: RULE, at: systemClock.now() });
  rules = { ...rules, releases: await readRuleReleases(store) };
  await settle(async () => (await notices()).length > 0);
  expect(await notices()).toEqual(['signal.opened acme']);
});

test("a rule's own notify, its states and its stage decide", async () => {
  rules = { ...rules, ruleset: rulesetOf(', notify: [{sink: out, states: [open]}]') };
  await writeTransitions(store, {});
  await start();
  await settle(async () => (await notices()).length > 0);
  await writeTransitions(store, { step: 2, from: 'open', to: 'resolved' });
  await sleep(400);
  expect(await notices()).toEqual(['signal.opened acme']);
  expect(hook.bodies).toEqual([]);
});

test('what repeats is sent again when its days are over, once', async () => {
  rules = { ...rules, ruleset: rulesetOf(', notify: [{sink: out, repeat: 2w}, hook]') };
  await writeTransitions(store, {});
  const startAfter = (days: number) =>
    start({ clock: { now: () => (systemClock.now() + days * 86_400_000_000) as EpochMicros } });
  await startAfter(0);
  await settle(async () => hook.bodies.length > 0 && (await notices()).length > 0);
  for (const days of [13, 15]) {
    await loop?.stop();
    await startAfter(days);
    await settle(async () => (await notices()).length > 1 || days < 14);
    expect(await notices()).toHaveLength(days < 14 ? 1 : 2);
  }
  expect(await notices()).toEqual(['signal.opened acme', 'signal.updated acme']);
  expect(hook.bodies).toHaveLength(1);
});

describe('of finished episodes, a sweep looks', () => {
  /** An episode of each number, opened and resolved, each of them with these rows about a sink. */
  async function finish(sink: string, ...records: readonly Partial<DeliveryRecord>[]): Promise<void> {
    const accounts = Array.from({ length: 50 }, (_, index) => `${sink}-${index}` as AccountId);
    await writeTransitions(
      store,
      ...accounts.map((accountId) => ({ accountId })),
      ...accounts.map((accountId) => ({ accountId, step: 2, from: 'open', to: 'resolved' }) as const),
    );
    for (const row of records) {
      await store.execute({
        sql: `INSERT INTO deliveries (episode, sink, seq, phase, action, account_id, rule, step, fields, outcome, reason, remote_id, remote_text, at)
SELECT concat(arrayJoin({accounts:Array(String)}), '-1'), {sink:String}, {seq:UInt32}, {phase:String}, 'create', '', {rule:String}, 1,
  {fields:String}, {outcome:String}, '', {remoteId:String}, '', now64(6)`,
        params: {
          accounts,
          sink,
          rule: RULE,
          seq: row.seq ?? 1,
          phase: row.phase ?? 'receipt',
          fields: JSON.stringify(row.fields ?? { state: 'open', severity: 'medium', owner: 'growth' }),
          outcome: row.phase === 'intent' ? '' : (row.outcome ?? 'delivered'),
          remoteId: row.outcome === 'transient' || row.outcome === 'rejected' ? '' : 'r1',
        },
        columns: [],
      });
    }
  }

  const attempt = (row: Partial<DeliveryRecord> = {}) => [{ ...row, phase: 'intent' } as const, row];
  const resolved = { state: 'resolved', severity: 'medium', owner: undefined } as const;
  const left = async (): Promise<number> =>
    (await loadEpisodeStates(store, { which: unsettledAt([OUT, HOOK] as SinkName[], rules) })).length;
  const triggered = async (): Promise<number> => {
    const sinks = new Set([OUT, HOOK] as SinkName[]);
    return (await sweepDeliveries({ store, clock: systemClock, sinks, rules })).length;
  };

  test('at those only that a sink may have heard of, and not of their end', async () => {
    await finish('out', ...attempt());
    expect([await left(), await triggered()]).toEqual([50, 50]);
  });

  test.each([
    ['whose end was delivered', [...attempt(), ...attempt({ seq: 2, fields: resolved })]],
    ['of which no attempt arrived', attempt({ outcome: 'transient' })],
    ['whose end was rejected', [...attempt(), ...attempt({ seq: 2, fields: resolved, outcome: 'rejected' })]],
  ])('at none %s', async (_, records) => {
    await finish('out', ...records);
    expect([await left(), await triggered()]).toEqual([0, 0]);
  });

  test('again at those whose end was rejected, once after a restart', async () => {
    const end = { seq: 2, fields: resolved, outcome: 'rejected' } as const;
    await finish('out', ...attempt(), ...attempt(end));
    rules = { ...rules, retryRejectedBefore: systemClock.now() };
    expect([await left(), await triggered()]).toEqual([50, 50]);
  });

  test.each([
    ['lost', attempt({ outcome: 'ambiguous' })],
    ['never written down', [{ phase: 'intent' } as const]],
  ])('at those of which the answer was %s', async (_, records) => {
    await finish('out', ...records);
    expect([await left(), await triggered()]).toEqual([50, 50]);
  });

  test('at none whose sink was renamed, also while it is open', async () => {
    await finish('old_name', ...attempt());
    expect([await left(), await triggered()]).toEqual([0, 0]);
    await writeTransitions(store, { accountId: 'old_name-51' as AccountId });
    expect([await left(), await triggered()]).toEqual([1, 2]);
  });

  test('at none whose sink does not want to hear of the end', async () => {
    rules = { ...rules, ruleset: rulesetOf(', notify: [{sink: out, states: [open]}]') };
    await finish('out', ...attempt());
    expect([await left(), await triggered()]).toEqual([0, 0]);
    rules = { ...rules, ruleset: rulesetOf(', notify: [{sink: out, states: [open, resolved]}]') };
    expect([await left(), await triggered()]).toEqual([50, 50]);
  });
});

test('a rule in shadow sends nothing', async () => {
  rules = { ...rules, ruleset: rulesetOf(', stage: shadow') };
  await writeTransitions(store, {});
  await start();
  await sleep(400);
  expect(await notices()).toEqual([]);
});

test('the sinks of a deleted rule are told that its signal is over', async () => {
  await writeTransitions(store, {});
  await start();
  await settle(async () => (await notices()).length > 0);
  const { ruleset: before } = rules;
  rules = { ...rules, ruleset: before && { ...before, rules: new Map() } };
  await writeTransitions(store, { step: 2, from: 'open', to: 'resolved', reason: 'rule_deleted' });
  await settle(async () => (await notices()).length > 1);
  expect(await notices()).toEqual(['signal.opened acme', 'signal.resolved acme']);
  expect(await rows("SELECT DISTINCT reason FROM deliveries WHERE action = 'resolve'")).toEqual([
    { reason: 'rule_deleted' },
  ]);
});

test('the account is shown by its name and its traits as of the transition', async () => {
  const trait = (trait: string, value: string, day: string) =>
    store.execute({
      sql: `INSERT INTO account_traits (account_id, trait, valid_from, message_id, value, received_at, known_at, topic, partition, offset)
SELECT 'acme', {trait:String}, toDateTime64({day:String}, 3, 'UTC'), {value:String}, {value:String}, now64(6), now64(6), 't', 0, 0`,
      params: { trait, value, day },
      columns: [],
    });
  await trait('name', '"Acme Inc."', '2026-01-01 00:00:00');
  await trait('seats', '7', '2026-01-01 00:00:00');
  await trait('seats', '9', '2026-06-01 00:00:00');
  await writeTransitions(store, {});
  await start();
  await settle(async () => hook.bodies.length > 0);
  expect(JSON.parse(hook.bodies[0] ?? '{}').data).toMatchObject({
    account: { id: 'acme', name: 'Acme Inc.', traits: { seats: 7 } },
    opened_on: OPENED_ON,
  });
});
