// A tenth comes twice, everything is shuffled within an hour, and a part comes thirty days late, when its days are
// long closed: the outcome is that of the clean ordered stream.
import { evaluateClose } from '../../../src/app/evaluate/evaluate-close.ts';
import { evaluateTick } from '../../../src/app/evaluate/evaluate-tick.ts';
import type { Day } from '../../../src/model/time.ts';
import { finishRun } from '../scenario/finish-run.ts';
import { dayAfter, FIRST_DAY, type MadeEvent, makeEvents, toLine } from '../scenario/made-stream.ts';
import { openPlace, type Place } from '../scenario/open-ground.ts';
import type { Ground, Scenario, ScenarioRun, Tally } from '../scenario/scenario.ts';
import { seededRandom } from '../seeded-random.ts';

const DAYS = 40;
const LATE_DAYS = 30;
const HOUR_MILLIS = 3_600_000;
const DAY_MILLIS = 24 * HOUR_MILLIS;
const SHARE_TWICE = 0.1;
const SHARE_LATE = 0.05;
const CONSUMERS = 2;
const AT_ONCE = 2_000;
/** What came until then is refreshed by it; a close of each day would refresh the same in more steps. */
const CLOSE_EVERY_DAYS = 5;

export const disorder: Scenario = {
  name: 'disorder',
  title: '10 % twice, shuffled by an hour, 5 % thirty days late',
  /** Faults are what `arrivals` makes of this many messages. */
  size: { faults: 0, messages: 60_000 },
  run: sendInDisorder,
};

async function sendInDisorder(ground: Ground, run: ScenarioRun): Promise<Tally> {
  const events = makeEvents({ seed: run.seed, count: run.messages, days: DAYS });
  const { arriving, faults } = arrivals(events, seededRandom(run.seed + 1));
  const place = await openPlace(ground, 'disorder');
  for (let n = 0; n < CONSUMERS; n++) place.startConsumer();
  try {
    let at = 0;
    for (let day = 0; day <= DAYS + LATE_DAYS; day++) {
      const dayEnd = Date.parse(FIRST_DAY) + (day + 1) * DAY_MILLIS;
      const from = at;
      while (at < arriving.length && (arriving[at]?.arrives ?? 0) < dayEnd) at++;
      const lines = arriving.slice(from, at).map(({ event }) => toLine(event));
      for (let n = 0; n < lines.length; n += AT_ONCE) await place.topic.publish(lines.slice(n, n + AT_ONCE));
      if (day % CLOSE_EVERY_DAYS === CLOSE_EVERY_DAYS - 1) await closeDay(place, day);
      if (day % 10 === 0) run.note(`day ${day} of ${DAYS + LATE_DAYS}`);
    }
    const finish = { events, days: DAYS + LATE_DAYS + 1, published: arriving.length, faults };
    const last = dayAfter(FIRST_DAY, finish.days);
    await place.untilCommitted();
    await place.closeDays(last, last);
    return await finishRun({ ...place, closeDays: async () => {} }, finish, run);
  } finally {
    await place.close();
  }
}

async function closeDay({ database, untilCommitted }: Place, day: number): Promise<void> {
  await untilCommitted();
  const evaluator = { ...database.evaluator(), settle: undefined };
  await evaluateTick(evaluator);
  await evaluateClose(evaluator, dayAfter(FIRST_DAY, day) as Day);
}

interface Arrival {
  readonly event: MadeEvent;
  readonly arrives: number;
}

/** In the order of arrival. Each late one and each second copy is a fault; within an hour all are shuffled. */
function arrivals(
  events: readonly MadeEvent[],
  random: () => number,
): { readonly arriving: readonly Arrival[]; readonly faults: number } {
  let faults = 0;
  const arriving = events.flatMap((event) => {
    const isLate = random() < SHARE_LATE;
    const isTwice = random() < SHARE_TWICE;
    faults += Number(isLate) + Number(isTwice);
    const arrives = Date.parse(event.at) + random() * HOUR_MILLIS + (isLate ? LATE_DAYS * DAY_MILLIS : 0);
    const again = { event, arrives: arrives + random() * 2 * HOUR_MILLIS };
    return isTwice ? [{ event, arrives }, again] : [{ event, arrives }];
  });
  return { arriving: arriving.sort((a, b) => a.arrives - b.arrives), faults };
}
