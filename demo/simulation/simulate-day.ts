// One account on one day: who joins, who is there, and what they do. Pure.
import type { JsonObject } from '../../src/model/json.ts';
import type { AccountDay, Arrival } from './account-day.ts';
import type { SimulatedAccount, SimulatedMember } from './create-accounts.ts';
import type { SimulatedEvent } from './event.ts';
import { makeGroup } from './make-group.ts';
import { makeTrack } from './make-track.ts';
import type { Random } from './random.ts';
import { tellTurn } from './tell-turn.ts';
import { uuidAt } from './uuid-at.ts';
import { workload } from './workload.ts';

const HOUR = 3_600_000;
const SUPPORTING = [
  'file_shared',
  'search_performed',
  'search_performed',
  'project_created',
  'report_exported',
] as const;
const BY_THE_FIRST: ReadonlySet<string> = new Set([
  'payment_failed',
  'payment_succeeded',
  'onboarding_completed',
  'invite_sent',
  'api_called',
]);

export function simulateDay(given: AccountDay): readonly Arrival[] {
  const { account, day, random } = given;
  if (day < account.bornOn) return [];
  return [
    ...announce(given),
    ...tellTurn(given),
    ...happen(given),
    ...work(given).flatMap((event) => deliver({ event, account, random, midnight: given.midnight })),
  ];
}

/** Sign-up, and every member before the first thing that the member does. */
function announce({ account, day, midnight, random }: AccountDay): readonly Arrival[] {
  const at = midnight + 7 * HOUR + random.between(0, HOUR / 2);
  const joining = account.members.filter((member) => member.joinsOn === day);
  const owner = account.members[0];
  const signUp = day === account.bornOn ? [makeGroup(account, traitsOf(account), at, random, owner)] : [];
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
    makeGroup(account, {}, at, random, member),
    ...(member.joinsOn > account.bornOn
      ? [makeTrack({ account, member, event: 'invite_accepted', at: at + 500, random, properties: {} })]
      : []),
  ];
}

/** What the table of happenings holds for the day, done by whoever is still there; the first of them pays. */
function happen({ account, day, midnight, random }: AccountDay): readonly Arrival[] {
  const there = account.members.filter((member) => isMember(member, day));
  const [first] = there;
  if (first === undefined) return [];
  return (account.happenings.get(day) ?? []).map(({ event, properties }) => {
    const at = midnight + 9 * HOUR + random.between(0, 8 * HOUR);
    const member = BY_THE_FIRST.has(event) ? first : (there[random.between(0, there.length - 1)] ?? first);
    return { at, event: makeTrack({ account, member, event, at, random, properties }) };
  });
}

const isMember = (member: SimulatedMember, day: number): boolean =>
  member.joinsOn <= day && (member.leavesOn === undefined || day < member.leavesOn);

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
    ...Array.from({ length: Math.round(messages * 0.22) }, () => actSupporting(act, account, random)),
    ...(messages > 0 && random.chance(0.012)
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
  account: SimulatedAccount,
  random: Random,
): SimulatedEvent {
  const event = random.pick(SUPPORTING);
  if (event === 'file_shared') return act(event, { size_mb: random.between(1, 400) / 10 });
  if (event === 'report_exported')
    return act(event, { rows: random.between(10, 5000), format: random.pick(['csv', 'pdf']) });
  if (event === 'project_created') return act(event, { team: random.pick(account.company.teams) });
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
  const there = account.members.filter((member) => isMember(member, day));
  const present = there.filter((member) => random.chance(member.isOccasional ? chance * 0.08 : chance));
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

const traitsOf = (account: SimulatedAccount): JsonObject => ({
  name: account.name,
  plan: account.plan,
  seats: account.seats,
  industry: account.industry,
  created_at: account.createdAt,
  owner: account.owner,
  ...account.company.traits,
});
