// kill -9 of consumers at seeded moments after they were seen to store, with ticks and closes beside them.
import { setTimeout as sleep } from 'node:timers/promises';
import { waitUntil } from '../../integration/support/wait-until.ts';
import { evaluateMeanwhile } from '../scenario/evaluate-meanwhile.ts';
import { finishRun } from '../scenario/finish-run.ts';
import { countInserted } from '../scenario/judge-outcome.ts';
import { dayAfter, FIRST_DAY, makeEvents, toLine } from '../scenario/made-stream.ts';
import { openPlace } from '../scenario/open-ground.ts';
import { publishSlowly, shareOut } from '../scenario/publish-slowly.ts';
import type { Ground, Scenario, ScenarioRun, Tally } from '../scenario/scenario.ts';
import { seededRandom } from '../seeded-random.ts';

const CONSUMERS = 4;
const DAYS = 12;
const KILL_WITHIN_MILLIS = 700;

export const killConsumers: Scenario = {
  name: 'kill-consumers',
  title: '`kill -9` of the consumer',
  size: { faults: 200, messages: 40_000 },
  run: killAndStart,
};

async function killAndStart(ground: Ground, run: ScenarioRun): Promise<Tally> {
  const random = seededRandom(run.seed);
  const events = makeEvents({ seed: run.seed, count: run.messages, days: DAYS });
  const place = await openPlace(ground, 'kill');
  const consumers = Array.from({ length: CONSUMERS }, () => place.startConsumer());
  const evaluating = evaluateMeanwhile(place.database, dayAfter(FIRST_DAY, DAYS));
  let kills = 0;
  try {
    for (const share of shareOut(events, Math.ceil(run.faults / CONSUMERS))) {
      const lines = share.map(toLine);
      const before = await countInserted(place.database);
      await place.topic.publish(lines.slice(0, lines.length >> 1));
      await waitUntil({
        what: 'a consumer stores',
        look: () => countInserted(place.database),
        holds: (inserted) => inserted > before,
        withinMs: 120_000,
        everyMs: 25,
        context: () => consumers.map(({ log }) => log).join('\n---\n'),
      });
      const publishing = publishSlowly(place.topic, lines.slice(lines.length >> 1), KILL_WITHIN_MILLIS);
      await Promise.all(
        consumers.map(async (consumer) => {
          await sleep(random() * KILL_WITHIN_MILLIS);
          await consumer.kill();
        }),
      );
      await publishing;
      kills += consumers.length;
      if (kills % 20 === 0) run.note(`${kills} kills`);
      for (const consumer of consumers) consumer.start();
    }
    return await finishRun(
      place,
      { events, days: DAYS, published: events.length, faults: kills, evaluating },
      run,
    );
  } finally {
    await evaluating.stop().catch(() => undefined);
    await place.close();
  }
}
