// What the same accounts do today, one event at a time, at the caller's pace. Endless.
import type { EpochMillis } from '../../src/model/time.ts';
import { createAccounts, type SimulatedAccount, type SimulationOptions } from './create-accounts.ts';
import type { SimulatedEvent } from './event.ts';
import { makeTrack } from './make-track.ts';
import { createRandom, type Random } from './random.ts';
import { ON_THE_BRINK } from './story.ts';

/** Share of the traffic that comes from the teams just short of 2,000 messages, so that a lead opens while one watches. */
const BRINK_SHARE = 0.2;

/**
 * Continues `simulateHistory` of the same options. Every event carries the instant at which it is asked for.
 * Of each five events one is a message of a free team that needs 10 to 60 more to be a lead: at 20 events a
 * second the first lead opens within half a minute, the last of six within two.
 */
export function* liveTraffic(
  options: SimulationOptions & { readonly now: () => EpochMillis },
): Generator<SimulatedEvent, never> {
  const accounts = createAccounts(options);
  const random = createRandom(options.seed, 'live');
  const brink = accounts.filter(({ story }) => story.name === ON_THE_BRINK);
  const awake = accounts.flatMap((account) => Array.from({ length: recentPace(account) }, () => account));
  for (let turn = 0; ; turn += 1) {
    const pushed = random.chance(BRINK_SHARE) ? brink[turn % brink.length] : undefined;
    const account = pushed ?? awake[random.between(0, awake.length - 1)];
    if (account === undefined) throw new RangeError('live traffic needs at least one account that is active');
    yield act(account, pushed === undefined, options.now(), random);
  }
}

function act(account: SimulatedAccount, mixed: boolean, at: EpochMillis, random: Random): SimulatedEvent {
  const [first, ...others] = account.members.filter(({ leavesOn }) => leavesOn === undefined);
  if (first === undefined) throw new RangeError(`account ${account.id} has nobody left`);
  const member = random.pick([first, ...others]);
  const event = mixed
    ? random.pick(['message_sent', 'message_sent', 'message_sent', 'search_performed', 'file_shared'])
    : 'message_sent';
  const properties =
    event === 'file_shared'
      ? { size_mb: random.between(1, 400) / 10 }
      : event === 'message_sent'
        ? { channel: 'general' }
        : {};
  return makeTrack({ account, member, event, at, random, properties });
}

/** Messages a day over the last week of the history: quiet accounts stay quiet. */
const recentPace = (account: SimulatedAccount): number =>
  Math.round(account.messagesByDay.slice(-7).reduce((a, b) => a + b, 0) / 7);
