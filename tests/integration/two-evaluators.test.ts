// Two evaluators at once on one store, while batches come in: they come to the signals that one alone comes to by
// closes only, open no episode twice, leave no batch behind, and each episode is in the CRM once.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { seededRandom } from '../../demo/hubspot/plan-faults.ts';
import { type HubSpotStandIn, startHubSpotStandIn } from '../../demo/hubspot/start-stand-in.ts';
import { createLogger } from '../../src/app/create-logger.ts';
import { type DeliverLoop, startDeliver } from '../../src/app/deliver.ts';
import type { DeliveryRules } from '../../src/app/delivery-plan.ts';
import { evaluateClose } from '../../src/app/evaluate/evaluate-close.ts';
import { evaluateTick } from '../../src/app/evaluate/evaluate-tick.ts';
import type { Evaluator } from '../../src/app/evaluate/evaluator.ts';
import { systemClock } from '../../src/app/system-clock.ts';
import { triggerChanged } from '../../src/app/trigger-changed.ts';
import type { DeliveryQueue } from '../../src/model/delivery-queue.ts';
import type { SinkName } from '../../src/model/ids.ts';
import type { Store } from '../../src/model/store.ts';
import { addDays, type Day, type EpochMicros } from '../../src/model/time.ts';
import type { Ruleset } from '../../src/rules/ruleset.ts';
import { openInProcessQueue } from '../../src/sinks/in-process-queue.ts';
import { openSink } from '../../src/sinks/open-sink.ts';
import { sinkConfigSchema } from '../../src/sinks/sink-config.ts';
import { hasNewBatches } from '../../src/store/evaluation/read-progress.ts';
import { type BusyDay, countBusyHistory, planBusyHistory } from './support/busy-history.ts';
import { startTestEngine, type TestEngine } from './support/engine.ts';
import { openProject, type Project } from './support/project.ts';
import { waitUntil } from './support/wait-until.ts';

const RULES = `
metrics:
  messages: {count: message_sent, window: ever}
  people: {users: message_sent, window: 3d}
  idle_days: {days_since_last: message_sent}
defaults: {max_new_per_day: 1000}
rules:
  hits_three: {kind: pql, when: {messages: {gte: 3}}, outcome: {event: paid, within: 30d}}
  three_people: {kind: expansion, when: {people: {gte: 3}}, outcome: {event: paid, within: 30d}}
  goes_quiet: {kind: churn_risk, when: {idle_days: {gte: 2}}, outcome: {event: left, within: 30d}}
  quiet_for_long: {kind: churn_risk, when: {idle_days: {gte: 2}}, for: 1d, keep_open: 1d, cooldown: 2d, outcome: {event: left, within: 30d}}
`;

const CRM = 'crm' as SinkName;
const TOKEN = 'pat-two-evaluators';
const SETTLE_MICROS = 1_000_000;

let engine: TestEngine;
let standIn: HubSpotStandIn;
const loops: DeliverLoop[] = [];

beforeAll(async () => {
  engine = await startTestEngine();
});

afterEach(async () => {
  await Promise.all(loops.splice(0).map((loop) => loop.stop()));
  await standIn?.close();
});
afterAll(() => engine?.stop());

test.each([
  { how: 'with a bound that lets clocks settle', seed: 1, settle: SETTLE_MICROS },
  { how: 'with the last announced batch as the bound', seed: 2, settle: undefined },
])(
  'two evaluators at once come to what one comes to, $how',
  { timeout: 90_000 },
  async ({ seed, settle }) => {
    const history = planBusyHistory({ seed, accounts: 30, from: '2026-05-02' as Day, days: 4, rounds: 1 });
    const [alone, shared] = [await engine.openDatabase(), await engine.openDatabase()];
    standIn = await startHubSpotStandIn({ token: TOKEN });

    await closeAlone(openProject(alone), history);
    const random = seededRandom(seed);
    await runTwice(openProject(delayed(shared, random)), history, { settle, random });

    expect(await hasNewBatches(shared)).toBe(false);
    expect(await seriesDays(shared)).toEqual(countBusyHistory(history));
    expect(await seriesDays(alone)).toEqual(countBusyHistory(history));
    expect(await transitionsOf(shared)).toEqual(await transitionsOf(alone));
    const openings = await episodesOf(shared);
    expect(openings.length).toBeGreaterThan(50);
    expect(openings.filter(({ opened }) => opened !== '1')).toEqual([]);

    await waitUntil({
      what: 'one task of every episode that is open or was sent, completed where it has resolved',
      look: async () => ({ tasks: tasks(), expected: await expectedTasks(shared) }),
      holds: (seen) => seen.tasks.join() === seen.expected.join(),
    });
    await Promise.all(loops.splice(0).map((loop) => loop.stop()));
    expect(tasks()).toEqual(await expectedTasks(shared));
    expect(standIn.companies()).toHaveLength(
      new Set(standIn.tasks().flatMap(({ companyIds }) => companyIds)).size,
    );
  },
);

/** The reference: one evaluator, a close a day, everything stored before it. */
async function closeAlone(project: Project, history: readonly BusyDay[]): Promise<void> {
  project.setNow('2026-05-02T00:01:00Z');
  await project.apply(RULES);
  for (const { day, early, rounds } of history) {
    const before = addDays(day, -1);
    project.setNow(`${day}T00:30:00Z`);
    await project.ingest(early, { history: false });
    project.setNow(`${day}T01:30:00Z`);
    await project.close(before);
    project.setNow(`${day}T20:00:00Z`);
    for (const batch of rounds.flat()) await project.ingest(batch, { history: false });
  }
  const last = history.at(-1)?.day ?? ('' as Day);
  project.setNow(`${addDays(last, 1)}T01:30:00Z`);
  await project.close(last);
}

interface Twice {
  readonly settle: number | undefined;
  readonly random: () => number;
}

/** The same days with two evaluators ticking and closing against each other, and two loops delivering. */
async function runTwice(
  project: Project,
  history: readonly BusyDay[],
  { settle, random }: Twice,
): Promise<void> {
  project.setNow('2026-05-02T00:01:00Z');
  const ruleset = await project.apply(RULES);
  const rules = deliveryRules(ruleset);
  const evaluators = ['1', '2'].map((writer): Evaluator => ({ ...project.evaluator(), writer, settle }));
  const queues = await Promise.all(evaluators.map(() => deliver(project.store, rules)));
  const both = (evaluate: (evaluator: Evaluator) => ReturnType<typeof evaluateTick>) =>
    evaluators.map(async (evaluator, index) => {
      await sleep(random() * 60);
      const queue = queues[index];
      const changed = (await evaluate(evaluator))?.changed ?? [];
      if (queue !== undefined) await triggerChanged({ queue, changed, readRules: async () => rules });
    });
  const bring = async (batch: BusyDay['early']) => {
    await sleep(random() * 80);
    await project.ingest(batch, { history: false });
  };
  for (const { day, early, rounds } of history) {
    project.setNow(`${day}T00:30:00Z`);
    await project.ingest(early, { history: false });
    // Ticks of the new day go before the close of the day that has ended, as every night between twelve and one.
    project.setNow(`${day}T00:59:00Z`);
    await Promise.all(both(evaluateTick));
    project.setNow(`${day}T01:30:00Z`);
    await Promise.all(both((evaluator) => evaluateClose(evaluator, addDays(day, -1))));
    for (const [round, batches] of rounds.entries()) {
      project.setNow(`${day}T20:00:${String(10 + round * 2)}Z`);
      await Promise.all([...batches.map(bring), ...both(evaluateTick)]);
    }
    // So that an opening of this day has this day, and not the next one's first tick.
    project.setNow(`${day}T23:00:00Z`);
    await Promise.all(both(evaluateTick));
  }
  const last = history.at(-1)?.day ?? ('' as Day);
  project.setNow(`${addDays(last, 1)}T01:30:00Z`);
  await Promise.all(both((evaluator) => evaluateClose(evaluator, last)));
  // Whoever saw a later one begin leaves its batches to the next.
  await Promise.all(both(evaluateTick));
  await evaluateTick(project.evaluator());
}

/** Some statements wait, so that evaluators and ingesters are met in every order of their steps. */
function delayed(store: Store, random: () => number): Store {
  const wait = () => (random() < 0.2 ? sleep(random() * 150) : undefined);
  return {
    ...store,
    query: async (statement) => {
      await wait();
      return store.query(statement);
    },
    execute: async (statement) => {
      await wait();
      return store.execute(statement);
    },
    insert: async (block) => {
      await wait();
      return store.insert(block);
    },
  };
}

const deliveryRules = (ruleset: Ruleset): DeliveryRules => ({
  ruleset,
  routes: new Map(['pql', 'expansion', 'churn_risk'].map((kind) => [kind, [CRM]])),
  sinkSince: new Map(),
  releases: new Map(),
  deliverOpen: false,
  retryRejectedBefore: 0 as EpochMicros,
});

async function deliver(store: Store, rules: DeliveryRules): Promise<DeliveryQueue> {
  const queue = openInProcessQueue({ onFault: ({ error }) => console.error(error) });
  const config = sinkConfigSchema.parse({ type: 'hubspot', token: TOKEN, base_url: standIn.url });
  const sinks = new Map([[CRM, openSink(CRM, config, { clock: systemClock, write: () => undefined })]]);
  const output = { write: (line: string) => console.error(line) };
  const logger = createLogger({ environment: { LOG_LEVEL: 'warn' }, output, secrets: [] });
  const parts = { store, queue, sinks, clock: systemClock, logger, random: Math.random };
  loops.push(await startDeliver({ ...parts, readRules: async () => rules, sweepEveryMs: 300 }));
  return queue;
}

const tasks = (): readonly string[] =>
  standIn
    .tasks()
    .map(({ properties }) => `${properties.tidemark_episode} ${properties.hs_task_status}`)
    .sort();

const rows = <Row extends object>(store: Store, sql: string) =>
  store.query<Row>({ sql, params: {}, columns: [] });

/** Of the series that both metrics read. */
async function seriesDays(store: Store): Promise<readonly string[]> {
  const found = await rows<{ line: string }>(
    store,
    `SELECT DISTINCT concat(account_id, ' ', toString(day), ' ', toString(n), ' ', toString(length(members))) AS line
FROM series_days FINAL WHERE n > 0`,
  );
  return found.map(({ line }) => line).sort();
}

const transitionsOf = (store: Store) =>
  rows(
    store,
    `SELECT account_id, rule, step, from, to, toString(day) AS on, reason FROM transitions FINAL
ORDER BY account_id, rule, step`,
  );

const episodesOf = (store: Store) =>
  rows<{ episode: string; opened: string; resolved: string; sent: string }>(
    store,
    `SELECT episode, countIf(rows.to = 'open' AND rows.from IN ('none', 'pending')) AS opened,
  countIf(rows.to = 'resolved') AS resolved, episode IN (SELECT episode FROM deliveries) AS sent
FROM transitions AS rows FINAL WHERE episode != '' GROUP BY episode ORDER BY episode`,
  );

/** What resolved before anything was sent of it is never sent: here a whole life passes in seconds. */
const expectedTasks = async (store: Store): Promise<readonly string[]> =>
  (await episodesOf(store))
    .filter(({ resolved, sent }) => resolved === '0' || Number(sent) === 1)
    .map(({ episode, resolved }) => `${episode} ${resolved === '0' ? 'NOT_STARTED' : 'COMPLETED'}`);
