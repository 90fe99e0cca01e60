// kill -9 of the only broker while a client sends through the collector and consumers store: what was answered 200
// must survive it.
import { setTimeout as sleep } from 'node:timers/promises';
import { waitUntil } from '../../integration/support/wait-until.ts';
import { finishRun } from '../scenario/finish-run.ts';
import { countInserted } from '../scenario/judge-outcome.ts';
import { startKillableBroker } from '../scenario/killable-broker.ts';
import { makeEvents } from '../scenario/made-stream.ts';
import { openPlace } from '../scenario/open-ground.ts';
import { startSender } from '../scenario/persistent-sender.ts';
import type { Ground, Scenario, ScenarioRun, Tally } from '../scenario/scenario.ts';
import { startCollector, WRITE_KEY } from '../scenario/start-collector.ts';
import { seededRandom } from '../seeded-random.ts';

const CONSUMERS = 2;
const DAYS = 6;
const KILL_WITHIN_MILLIS = 3_000;
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
  const random = seededRandom(run.seed);
  const broker = await startKillableBroker();
  const brokers = [broker.address];
  const place = await openPlace(ground, 'broker', brokers);
  const collector = await startCollector(place.database, brokers);
  const consumers = Array.from({ length: CONSUMERS }, () => place.startConsumer({ sessionMillis: 6_000 }));
  const events = makeEvents({ seed: run.seed, count: run.messages, days: DAYS });
  const sender = startSender({ address: collector.address, writeKey: WRITE_KEY, events });
  const untilStoring = async (): Promise<void> => {
    const before = await countInserted(place.database);
    await waitUntil({
      what: 'a consumer stores again',
      look: () => countInserted(place.database),
      holds: (inserted) => inserted > before,
      withinMs: BACK_WITHIN_MILLIS,
      context: () => consumers.map(({ log }) => log).join('\n---\n'),
    });
  };
  try {
    for (let kill = 1; kill <= run.faults; kill++) {
      await untilStoring();
      await sleep(random() * KILL_WITHIN_MILLIS);
      await broker.kill();
      await sleep(random() * AWAY_WITHIN_MILLIS);
      await broker.start();
      run.note(`${kill} kills of the broker`);
    }
    await untilStoring();
    const { sent, retries } = await sender.stop();
    run.note(`${sent.length} events answered, ${retries} requests sent again`);
    const tally = await finishRun(
      place,
      { events: sent, days: DAYS, published: sent.length, faults: run.faults },
      run,
    );
    return { ...tally, remark: `${retries} requests sent again` };
  } finally {
    await Promise.race([sender.stop().catch(() => undefined), sleep(1_000)]);
    await place.close();
    await Promise.race([collector.stop(), sleep(10_000)]);
    await broker.stop();
  }
}
