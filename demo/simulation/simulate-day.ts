// One account on one day: who joins, who is there, and what they do. Pure.
import type { JsonObject } from '../../src/model/json.ts';
import type { Day } from '../../src/model/time.ts';
import type { SimulatedAccount, SimulatedMember } from './create-accounts.ts';
import type { SimulatedEvent } from './event.ts';
import { makeTrack } from './make-track.ts';
import type { Random } from './random.ts';
import { uuidAt } from './uuid-at.ts';
import { workload } from './workload.ts';

/** An event and the moment at which it reaches the collector, milliseconds since 1970, UTC. */
export interface Arrival {
  readonly at: number;
  readonly event: SimulatedEvent;
}

const HOUR = 3_600_000;
const SUPPORTING = [
  'file_shared',
  'search_performed',
  'search_performed',
  'project_created',
  'report_exported',
] as const;

export function simulateDay(given: {
  readonly account: SimulatedAccount;
  /** Counts from 0, the first simulated day. */
  readonly day: number;
  readonly firstDay: Day;
  readonly midnight: number;
  readonly random: Random;
}): readonly Arrival[] {
  const { account, day, random } = given;
  if (day < account.bornOn) return [];
  return [
    ...announce(given),
    ...turn(given),
    ...work(given).flatMap((event) => deliver({ event, account, random, midnight: given.midnight })),
  ];
}

type AccountDay = Parameters<typeof simulateDay>[0];

/** Sign-up, and every member before the first thing that the member does. */
function announce({ account, day, midnight, random }: AccountDay): readonly Arrival[] {
  const at = midnight + 7 * HOUR + random.between(0, HOUR / 2);
  const joining = account.members.filter((member) => member.joinsOn === day);
  const owner = account.members[0];
  const signUp = day === account.bornOn ? [groupEvent(account, traitsOf(account), at, random, owner)] : [];
  const arrivals = [
    ...signUp,
    ...joining.flatMap((member, i) => join(account, member, at + 1000 * (i + 1), random)),
  ];
  if (day === account.bornOn && owner !== undefined) {
    const opened = at + 60_000;
    arrivals.push(
      makeTrack({ account, member: owner, event: 'workspace_opened', at: opened, random, properties: {} }),
    );
  }
  return arrivals.map((event) => ({ at: Date.parse(event.timestamp), event }));
}

function join(
  account: SimulatedAccount,
  member: SimulatedMember,
  at: number,
  random: Random,
): readonly SimulatedEvent[] {
  const { userId, name, email, role } = member;
  const timestamp = new Date(at).toISOString();
  return [
    { type: 'identify', id: uuidAt(at, random), user_id: userId, timestamp, traits: { name, email, role } },
    groupEvent(account, {}, at, random, member),
  ];
}

/** What a story says out loud: a subscription begins or ends, and the plan changes with it. */
function turn({ account, day, midnight, random }: AccountDay): readonly Arrival[] {
  const { atTurn } = account.story;
  const owner = account.members[0];
  const said =
    (atTurn === 'subscribes' && day === account.turnsOn) ||
    (atTurn === 'cancels_later' && day === account.turnsOn + 24);
  if (!said || owner === undefined) return [];
  const at = midnight + 15 * HOUR + random.between(0, HOUR);
  const plan = atTurn === 'subscribes' ? 'team' : 'free';
  const event = atTurn === 'subscribes' ? 'subscription_started' : 'subscription_cancelled';
  const properties = { plan: 'team', seats: account.seats };
  return [
    { at, event: makeTrack({ account, member: owner, event, at, random, properties }) },
    { at: at + 500, event: groupEvent(account, { plan }, at + 500, random, owner) },
  ];
}

function work({ account, day, firstDay, midnight, random }: AccountDay): readonly SimulatedEvent[] {
  const present = membersPresent(account, day, workload(firstDay, day), random);
  const messages = account.messagesByDay[day] ?? 0;
  const [first, ...rest] = present;
  if (first === undefined) return [];
  const act = (event: string, properties: JsonObject): SimulatedEvent => {
    const at = midnight + 8 * HOUR + Math.floor((random.next() + random.next()) * 5.5 * HOUR);
    // Squaring leans towards the first of the list: some people talk more than others.
    const member = present[Math.floor(random.next() ** 1.6 * present.length)] ?? first;
    return makeTrack({ account, member, event, at, random, properties });
  };
  // Whoever is present does at least one thing, so that presence shows.
  const glimpses = messages === 0 ? [] : rest.map((member) => glimpse(account, member, midnight, random));
  return [
    ...Array.from({ length: messages }, () =>
      act('message_sent', { channel: random.pick(['general', 'sales', 'design', 'ops']) }),
    ),
    ...Array.from({ length: Math.round(messages * 0.22) }, () => actSupporting(act, random)),
    ...(messages > 0 && random.chance(0.03)
      ? [act('integration_connected', { integration: random.pick(['calendar', 'tracker', 'drive']) })]
      : []),
    ...account.members.filter((member) => member.joinsOn === day + 1).map(() => act('invite_sent', {})),
    ...glimpses,
  ];
}

const glimpse = (
  account: SimulatedAccount,
  member: SimulatedMember,
  midnight: number,
  random: Random,
): SimulatedEvent =>
  makeTrack({
    account,
    member,
    event: 'workspace_opened',
    at: midnight + 8 * HOUR + random.between(0, 9 * HOUR),
    random,
    properties: {},
  });

function actSupporting(
  act: (event: string, properties: JsonObject) => SimulatedEvent,
  random: Random,
): SimulatedEvent {
  const event = random.pick(SUPPORTING);
  if (event === 'file_shared') return act(event, { size_mb: random.between(1, 400) / 10 });
  if (event === 'report_exported')
    return act(event, { rows: random.between(10, 5000), format: random.pick(['csv', 'pdf']) });
  return act(event, {});
}

function membersPresent(
  account: SimulatedAccount,
  day: number,
  load: number,
  random: Random,
): readonly SimulatedMember[] {
  const [before, after] = account.story.attendance;
  const chance = (day < account.turnsOn ? before : after) * (load < 1 ? 0.15 : 1);
  const there = account.members.filter(
    (m) => m.joinsOn <= day && (m.leavesOn === undefined || day < m.leavesOn),
  );
  const present = there.filter(() => random.chance(chance));
  return present.length > 0 ? present : there.slice(0, 1);
}

/** Late, twice, or at once. */
function deliver(given: {
  readonly event: SimulatedEvent;
  readonly account: SimulatedAccount;
  readonly midnight: number;
  readonly random: Random;
}): readonly Arrival[] {
  const { event, account, random } = given;
  const late = random.chance(0.01) ? random.between(1, 30) * HOUR : 0;
  const at = Date.parse(event.timestamp) + late;
  if (!account.sendsTwice || !random.chance(0.2)) return [{ at, event }];
  return [
    { at, event },
    { at: at + random.between(1, 90) * 1000, event },
  ];
}

function groupEvent(
  account: SimulatedAccount,
  traits: JsonObject,
  at: number,
  random: Random,
  member: SimulatedMember | undefined,
): SimulatedEvent {
  const user = member === undefined ? {} : { user_id: member.userId };
  return {
    type: 'group',
    id: uuidAt(at, random),
    account_id: account.id,
    ...user,
    timestamp: new Date(at).toISOString(),
    traits,
  };
}

const traitsOf = (account: SimulatedAccount): JsonObject => ({
  name: account.name,
  plan: account.plan,
  seats: account.seats,
  industry: account.industry,
  created_at: account.createdAt,
  owner: account.owner,
});
