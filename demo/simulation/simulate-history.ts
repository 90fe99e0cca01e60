// The simulated months, in the order in which events reach the collector: nearly by time, some late, some twice.
import { addDays, startOfDay, UTC } from '../../src/model/time.ts';
import type { Arrival } from './account-day.ts';
import { createAccounts, type SimulationOptions } from './create-accounts.ts';
import type { SimulatedEvent } from './event.ts';
import { createRandom } from './random.ts';
import { simulateDay } from './simulate-day.ts';

const DAY = 86_400_000;

/** The same options give the same events. Days are UTC; nothing is later than the end of `lastDay`. */
export function* simulateHistory(options: SimulationOptions): Generator<SimulatedEvent> {
  const accounts = createAccounts(options).map((account) => ({
    account,
    random: createRandom(options.seed, `days of ${account.id}`),
  }));
  const firstDay = addDays(options.lastDay, 1 - options.days);
  const start = startOfDay(firstDay, UTC);
  let waiting: readonly Arrival[] = [];
  for (let day = 0; day < options.days; day += 1) {
    const midnight = start + day * DAY;
    const today = accounts.flatMap(({ account, random }) =>
      simulateDay({ account, random, day, firstDay, midnight }),
    );
    const known = [...waiting, ...today].sort(byArrival);
    const isLast = day === options.days - 1;
    const due = known.filter(({ at }) => isLast || at < midnight + DAY);
    waiting = known.slice(due.length);
    for (const { event } of due) yield event;
  }
}

/** By identifier where two arrive at once, so that the order is the same everywhere. */
const byArrival = (a: Arrival, b: Arrival): number =>
  a.at - b.at || (a.event.id < b.event.id ? -1 : a.event.id > b.event.id ? 1 : 0);
