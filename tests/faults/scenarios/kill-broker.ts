// kill -9 of the only broker while a client sends through the collector and consumers store: what was answered 200
// must survive it.
import { setTimeout as sleep } from 'node:timers/promises';
import { waitUntil } from '../../integration/support/wait-until.ts';
import type { Consumer } from '../scenario/consumer.ts';
import { finishRun } from '../scenario/finish-run.ts';
import { countInserted } from '../scenario/judge-outcome.ts';
import { type KillableBroker, startKillableBroker } from '../scenario/killable-broker.ts';
import { makeEvents } from '../scenario/made-stream.ts';
import { openPlace, type Place } from '../scenario/open-ground.ts';
import { startSender } from '../scenario/persistent-sender.ts';
import type { Ground, Scenario, ScenarioRun, Tally } from '../scenario/scenario.ts';
import { startCollector, WRITE_KEY } from '../scenario/start-collector.ts';
import { seededRandom } from '../seeded-random.ts';

const CONSUMERS = 2;
const DAYS = 6;
const KILL_WITHIN_MILLIS = 3_000;
const SESSION_MILLIS = 6_000;
const LEAVE_MILLIS = 10_000;
const AWAY_WITHIN_MILLIS = 2_000;
/** kafkajs waits longer and longer for a broker that is away. */
const BACK_WITHIN_MILLIS = 180_000;

export const killBroker: Scenario = {
  name: 'kill-broker',
  title: '`kill -9` of the broker, a client sending through the collector',
  /** Messages are the most that the client sends. */
  size: { faults: 20, messages: 150_000 },
  run: killAndRecover,
};

async function killAndRecover(ground: Ground, run: ScenarioRun): Promise<Tally> {
  const broker = await startKillableBroker();
  const brokers = [broker.address];
  try {
    const place = await openPlace(ground, 'broker', brokers);
    try {
      return await sendThroughKills({ place, broker, brokers }, run);
    } finally {
      await place.close();
    }
  } finally {
    await broker.stop();
  }
}

interface Stage {
  readonly place: Place;
  readonly broker: KillableBroker;
  readonly brokers: readonly string[];
}

async function sendThroughKills({ place, broker, brokers }: Stage, run: ScenarioRun): Promise<Tally> {
  const random = seededRandom(run.seed);
  const collector = await startCollector(place.database, brokers);
  const consumers = Array.from({ length: CONSUMERS }, () =>
    place.startConsumer({ sessionMillis: SESSION_MILLIS }),
  );
  const events = makeEvents({ seed: run.seed, count: run.messages, days: DAYS });
  const sender = startSender({ address: collector.address, writeKey: WRITE_KEY, events });
  try {
    for (let kill = 1; kill <= run.faults; kill++) {
      await untilStoring(place, consumers);
      await sleep(random() * KILL_WITHIN_MILLIS);
      await broker.kill();
      await sleep(random() * AWAY_WITHIN_MILLIS);
      await broker.start();
      run.note(`${kill} kills of the broker`);
    }
    await untilStoring(place, consumers);
    const { sent, retries } = await sender.stop();
    run.note(`${sent.length} events answered, ${retries} requests sent again`);
    const finish = { events: sent, days: DAYS, published: sent.length, faults: run.faults };
    return { ...(await finishRun(place, finish, run)), remark: `${retries} requests sent again` };
  } finally {
    await Promise.race([sender.stop().catch(() => undefined), sleep(LEAVE_MILLIS)]);
    await Promise.race([collector.stop(), sleep(LEAVE_MILLIS)]);
  }
}

async function untilStoring({ database }: Place, consumers: readonly Consumer[]): Promise<void> {
  const before = await countInserted(database);
  await waitUntil({
    what: 'a consumer stores again',
    look: () => countInserted(database),
    holds: (inserted) => inserted > before,
    withinMs: BACK_WITHIN_MILLIS,
    context: () => consumers.map(({ log }) => log).join('\n---\n'),
  });
}
