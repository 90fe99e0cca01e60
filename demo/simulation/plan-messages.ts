// How many messages an account sends on each day: the story's curve, weekends and chance, adding up exactly.
import { addDays } from '../../src/model/time.ts';
import type { SimulationOptions } from './create-accounts.ts';
import type { Random } from './random.ts';
import type { Story } from './story.ts';
import { workload } from './workload.ts';

/** One count per simulated day; 0 before the account was born. */
export function planMessages(given: {
  readonly story: Story;
  readonly bornOn: number;
  readonly turnsOn: number;
  readonly options: SimulationOptions;
  readonly random: Random;
}): readonly number[] {
  const { story, bornOn, turnsOn, options, random } = given;
  const firstDay = addDays(options.lastDay, 1 - options.days);
  const weights = Array.from({ length: options.days }, (_, day) =>
    day < bornOn ? 0 : workload(firstDay, day) * story.level(day - turnsOn) * random.within([0.7, 1.3]),
  );
  const sum = weights.reduce((a, b) => a + b, 0);
  const total =
    'inAll' in story.messages
      ? random.between(story.messages.inAll[0], story.messages.inAll[1])
      : Math.round(random.within(story.messages.perWorkday) * sum);
  return apportion(total, weights, sum);
}

/** Whole numbers in proportion to `weights` that add up to `total`: each the difference of two rounded sums. */
function apportion(total: number, weights: readonly number[], sum: number): readonly number[] {
  let reached = 0;
  let handedOut = 0;
  return weights.map((weight) => {
    reached += weight;
    const upTo = sum === 0 ? 0 : Math.round((total * reached) / sum);
    const share = upTo - handedOut;
    handedOut = upTo;
    return share;
  });
}
