// The end of every scenario: what is on the topic is stored, days are closed, and the outcome is held against what
// was sent.
import type { Evaluating } from './evaluate-meanwhile.ts';
import { countInserted, judgeOutcome } from './judge-outcome.ts';
import { dayAfter, FIRST_DAY, type MadeEvent } from './made-stream.ts';
import type { Place } from './open-ground.ts';
import type { ScenarioRun, Tally } from './scenario.ts';

export interface Finish {
  /** Each once. */
  readonly events: readonly MadeEvent[];
  /** Days of the stream. */
  readonly days: number;
  /** Tracks that were put on the topic, more than `events` where the producer repeats some. */
  readonly published: number;
  readonly faults: number;
  readonly evaluating?: Evaluating;
}

export async function finishRun(place: Place, finish: Finish, { note }: ScenarioRun): Promise<Tally> {
  await place.untilCommitted();
  const done = await finish.evaluating?.stop();
  if (done !== undefined) note(`${done.ticks} ticks and ${done.closes} closes meanwhile`);
  await place.closeDays(done?.nextDay ?? FIRST_DAY, dayAfter(FIRST_DAY, finish.days));
  const judged = await judgeOutcome(place.database, finish.events, note);
  const inserted = await countInserted(place.database);
  return {
    ...judged,
    messages: finish.published,
    faults: finish.faults,
    redelivered: inserted - finish.published,
    ...(done === undefined ? {} : { remark: `${done.ticks} ticks and ${done.closes} closes meanwhile` }),
  };
}
