// Three consumers that leave by SIGTERM or kill -9 and come back, one every few seconds: each change is a rebalance.
import { setTimeout as sleep } from 'node:timers/promises';
import { waitUntil } from '../../integration/support/wait-until.ts';
import type { Consumer } from '../scenario/consumer.ts';
import { finishRun } from '../scenario/finish-run.ts';
import { makeEvents, toLine } from '../scenario/made-stream.ts';
import { openPlace } from '../scenario/open-ground.ts';
import { publishSlowly, shareOut } from '../scenario/publish-slowly.ts';
import type { Ground, Scenario, ScenarioRun, Tally } from '../scenario/scenario.ts';
import { seededRandom } from '../seeded-random.ts';

const CONSUMERS = 3;
const DAYS = 6;
const KILLED_SHARE = 0.3;
const PUBLISHED_WITHIN_MILLIS = 1_000;

export const changeGroup: Scenario = {
  name: 'change-group',
  title: 'consumers joining and leaving (rebalances)',
  size: { faults: 50, messages: 20_000 },
  run: comeAndGo,
};

async function comeAndGo(ground: Ground, run: ScenarioRun): Promise<Tally> {
  const random = seededRandom(run.seed);
  const events = makeEvents({ seed: run.seed, count: run.messages, days: DAYS });
  const place = await openPlace(ground, 'group');
  const consumers = Array.from({ length: CONSUMERS }, () => place.startConsumer());
  const codes: unknown[] = [];
  try {
    await untilJoined(
      consumers,
      consumers.map(() => 0),
    );
    for (const share of shareOut(events, run.faults)) {
      const publishing = publishSlowly(place.topic, share.map(toLine), PUBLISHED_WITHIN_MILLIS);
      await sleep(random() * PUBLISHED_WITHIN_MILLIS);
      const before = consumers.map(({ joined }) => joined);
      const [pick, isKill] = [Math.floor(random() * CONSUMERS), random() < KILLED_SHARE];
      const ended = await change(consumers, { pick, isKill });
      if (ended !== undefined && ended !== null && ended !== 0) codes.push(ended);
      await untilJoined(consumers, before);
      await publishing;
    }
    const joins = consumers.reduce((sum, { joined }) => sum + joined, 0);
    run.note(`${run.faults} rebalances, in which consumers joined ${joins} times; stopped with ${codes}`);
    for (const consumer of consumers) if (!consumer.isRunning) consumer.start();
    const tally = await finishRun(
      place,
      { events, days: DAYS, published: events.length, faults: run.faults },
      run,
    );
    const failed = codes.map((code) => `a consumer ended with ${code} after SIGTERM`);
    return { ...tally, failed };
  } finally {
    await place.close();
  }
}

/** One leaves or comes back; the last one stays, and another comes instead. @returns the exit code after SIGTERM. */
async function change(
  consumers: readonly Consumer[],
  { pick, isKill }: { readonly pick: number; readonly isKill: boolean },
): Promise<number | null | undefined> {
  const running = consumers.filter(({ isRunning }) => isRunning);
  const away = consumers.find(({ isRunning }) => !isRunning);
  const picked = consumers[pick];
  const comes = picked?.isRunning === false ? picked : running.length === 1 ? away : undefined;
  if (comes !== undefined) {
    comes.start();
    return undefined;
  }
  if (!isKill) return picked?.stop();
  await picked?.kill();
  return undefined;
}

/** Every one that runs has joined since: the group was made anew. */
async function untilJoined(consumers: readonly Consumer[], before: readonly number[]): Promise<void> {
  await waitUntil({
    what: 'the group is made anew',
    look: () => consumers.map(({ isRunning, joined }, n) => !isRunning || joined > (before[n] ?? 0)),
    holds: (seen) => seen.every((one) => one),
    withinMs: 60_000,
    context: () => consumers.map(({ log }) => log).join('\n---\n'),
  });
}
