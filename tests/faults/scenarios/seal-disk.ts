// The engine's data folder takes no new files for a while: nothing can be inserted, and then it can again.
import { setTimeout as sleep } from 'node:timers/promises';
import { finishRun } from '../scenario/finish-run.ts';
import { countInserted } from '../scenario/judge-outcome.ts';
import { makeEvents, toLine } from '../scenario/made-stream.ts';
import { openPlace } from '../scenario/open-ground.ts';
import { publishSlowly, shareOut } from '../scenario/publish-slowly.ts';
import type { Ground, Scenario, ScenarioRun, Tally } from '../scenario/scenario.ts';
import { sealFolder } from '../scenario/seal-folder.ts';
import { seededRandom } from '../seeded-random.ts';

const CONSUMERS = 2;
const DAYS = 6;
const SEALED_MILLIS = 6_000;

export const sealDisk: Scenario = {
  name: 'seal-disk',
  title: 'the data folder read-only',
  size: { faults: 20, messages: 20_000 },
  run: sealAndOpen,
};

async function sealAndOpen(ground: Ground, run: ScenarioRun): Promise<Tally> {
  const random = seededRandom(run.seed);
  const events = makeEvents({ seed: run.seed, count: run.messages, days: DAYS });
  const place = await openPlace(ground, 'disk');
  const consumers = Array.from({ length: CONSUMERS }, () => place.startConsumer());
  const failed: string[] = [];
  let how = '';
  try {
    for (const [round, share] of shareOut(events, run.faults).entries()) {
      const publishing = publishSlowly(place.topic, share.map(toLine), SEALED_MILLIS);
      await sleep((random() * SEALED_MILLIS) / 2);
      const sealed = sealFolder(ground.engine.dataDir);
      how = sealed.how;
      try {
        await sleep(500);
        const before = await countInserted(place.database);
        await sleep((random() * SEALED_MILLIS) / 2 + 1_000);
        if ((await countInserted(place.database)) !== before) failed.push('something was inserted meanwhile');
      } finally {
        sealed.open();
      }
      await publishing;
      if (round === 0) await place.untilCommitted();
      run.note(`sealed ${round + 1} times; consumers ended: ${consumers.map(({ ends }) => ends.length)}`);
    }
    const finish = { events, days: DAYS, published: events.length, faults: run.faults };
    const tally = await finishRun(place, finish, run);
    const ends = consumers.reduce((sum, consumer) => sum + consumer.ends.length, 0);
    return { ...tally, failed, remark: `by ${how}; consumers ended and were started again ${ends} times` };
  } finally {
    await place.close();
  }
}
