// The store takes no inserts for a minute, in every way in which it can: a status, a closed connection, no answer, an
// answer that is lost after the rows were stored.
import { setTimeout as sleep } from 'node:timers/promises';
import { evaluateMeanwhile } from '../scenario/evaluate-meanwhile.ts';
import { finishRun } from '../scenario/finish-run.ts';
import { dayAfter, FIRST_DAY, makeEvents, toLine } from '../scenario/made-stream.ts';
import { openPlace } from '../scenario/open-ground.ts';
import { publishSlowly } from '../scenario/publish-slowly.ts';
import type { Ground, Scenario, ScenarioRun, Tally } from '../scenario/scenario.ts';
import { type InsertFault, startStoreProxy } from '../scenario/store-proxy.ts';

const MODES: readonly InsertFault[] = ['refuse', 'lose-answer', 'close', 'hang'];
const CONSUMERS = 2;
const DAYS = 6;
const BEFORE_MILLIS = 1_000;

export const refuseInserts: Scenario = {
  name: 'refuse-inserts',
  title: 'inserts refused, cut off, unanswered, or stored and not told (seconds)',
  /** Faults are seconds, a quarter of them for each way. */
  size: { faults: 60, messages: 20_000 },
  run: refuseInTurn,
};

async function refuseInTurn(ground: Ground, run: ScenarioRun): Promise<Tally> {
  const events = makeEvents({ seed: run.seed, count: run.messages, days: DAYS });
  const proxy = await startStoreProxy(ground.engine.url);
  const place = await openPlace(ground, 'store');
  const evaluating = evaluateMeanwhile(place.database, dayAfter(FIRST_DAY, DAYS));
  const consumers = Array.from({ length: CONSUMERS }, () => place.startConsumer({ storeUrl: proxy.url }));
  try {
    const millis = run.faults * 1_000;
    const publishing = publishSlowly(place.topic, events.map(toLine), millis + 2 * BEFORE_MILLIS);
    await sleep(BEFORE_MILLIS);
    for (const mode of MODES) {
      proxy.fail(mode);
      await sleep(millis / MODES.length);
      proxy.fail(undefined);
      // Between two of them something is stored, so that each meets new blocks.
      await sleep(millis / MODES.length / 4);
    }
    // A whole run waits until the consumer itself gives up; that takes a minute.
    if (millis < 60_000) proxy.letGo();
    await publishing;
    const finish = { events, days: DAYS, published: events.length, evaluating };
    const tally = await finishRun(place, { ...finish, faults: run.faults }, run);
    const failed = proxy.failed();
    const told = MODES.map((mode) => `${mode} ${failed[mode] ?? 0}`).join(', ');
    return {
      ...tally,
      failed: [
        ...MODES.filter((mode) => failed[mode] === undefined).map((mode) => `no insert met "${mode}"`),
        ...consumers.flatMap(({ ends }) => ends).map((code) => `a consumer ended with ${code}`),
      ],
      remark: `inserts failed: ${told}; ${tally.remark}`,
    };
  } finally {
    await evaluating.stop().catch(() => undefined);
    await place.close();
    proxy.close();
  }
}
