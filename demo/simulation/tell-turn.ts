// What a story says out loud when it turns: plans that change, owners who go. Pure.
import { addDays } from '../../src/model/time.ts';
import type { AccountDay, Arrival } from './account-day.ts';
import { makeGroup } from './make-group.ts';
import { makeTrack } from './make-track.ts';
import { uuidAt } from './uuid-at.ts';

const HOUR = 3_600_000;

/** What a story says out loud: a subscription begins or ends, and the plan changes with it. */
export function tellTurn(given: AccountDay): readonly Arrival[] {
  const { account, day, midnight, random } = given;
  const { atTurn } = account.story;
  const owner = account.members[0];
  if (atTurn === 'champion_leaves') return handOver(given);
  if (atTurn === 'steps_down') return day === account.turnsOn ? stepDown(given) : [];
  const said =
    (atTurn === 'subscribes' && day === account.turnsOn) ||
    (atTurn === 'cancels_later' && day === account.turnsOn + 24);
  if (!said || owner === undefined) return [];
  const at = midnight + 15 * HOUR + random.between(0, HOUR);
  const plan = atTurn === 'subscribes' ? 'team' : 'free';
  const event = atTurn === 'subscribes' ? 'subscription_started' : 'subscription_cancelled';
  const properties = { plan: 'team', seats: account.seats };
  const renewal = plan === 'team' ? { renews_on: addDays(given.firstDay, day + 365) } : {};
  return [
    { at, event: makeTrack({ account, member: owner, event, at, random, properties }) },
    { at: at + 500, event: makeGroup(account, { plan, ...renewal }, at + 500, random, owner) },
  ];
}

/** The owner who has gone is one no longer after two days; somebody else is one after five. */
function handOver({ account, day, midnight, random }: AccountDay): readonly Arrival[] {
  const [owner, heir] = account.members;
  const member = day === account.turnsOn + 2 ? owner : day === account.turnsOn + 5 ? heir : undefined;
  if (member === undefined) return [];
  const at = midnight + 10 * HOUR + random.between(0, HOUR);
  const role = member === owner ? 'member' : 'owner';
  const timestamp = new Date(at).toISOString();
  return [
    {
      at,
      event: {
        type: 'identify',
        id: uuidAt(at, random),
        user_id: member.userId,
        timestamp,
        traits: { role },
      },
    },
  ];
}

/** A smaller plan with fewer seats. */
function stepDown({ account, midnight, random }: AccountDay): readonly Arrival[] {
  const owner = account.members[0];
  if (owner === undefined) return [];
  const at = midnight + 15 * HOUR + random.between(0, HOUR);
  const traits = { plan: 'team', seats: Math.ceil(account.seats * 0.8) };
  const event = 'subscription_downgraded';
  return [
    { at, event: makeTrack({ account, member: owner, event, at, random, properties: traits }) },
    { at: at + 500, event: makeGroup(account, traits, at + 500, random, owner) },
  ];
}
