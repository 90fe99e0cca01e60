// The cast: every account with its people and its fate, settled before the first day. Pure.
import { addDays, type Day } from '../../src/model/time.ts';
import { type Company, describeCompany } from './describe-company.ts';
import { FREE_STORIES } from './free-stories.ts';
import { nameCompanies, namePerson } from './names.ts';
import { PAYING_STORIES } from './paying-stories.ts';
import { type Happening, planHappenings } from './plan-happenings.ts';
import { planMessages } from './plan-messages.ts';
import { createRandom, type Random } from './random.ts';
import type { Plan, Story } from './story.ts';

export interface SimulationOptions {
  readonly seed: number;
  readonly accounts: number;
  /** Days of history, `lastDay` being the last. */
  readonly days: number;
  readonly lastDay: Day;
}

export interface SimulatedMember {
  readonly userId: string;
  readonly name: string;
  readonly email: string;
  readonly role: 'owner' | 'admin' | 'member';
  /** Day numbers count from 0, the first simulated day. */
  readonly joinsOn: number;
  /** Undefined while the member stays. */
  readonly leavesOn: number | undefined;
  /** Hardly ever there. */
  readonly isOccasional: boolean;
}

export interface SimulatedAccount {
  readonly id: string;
  readonly name: string;
  readonly industry: string;
  readonly story: Story;
  readonly plan: Plan;
  readonly seats: number;
  readonly createdAt: Day;
  readonly bornOn: number;
  readonly turnsOn: number;
  /** Mail address of the customer success manager. */
  readonly owner: string;
  readonly members: readonly SimulatedMember[];
  /** Messages by day number; they add up to what the story says. */
  readonly messagesByDay: readonly number[];
  readonly company: Company;
  /** What happens beside the daily work, by day number. */
  readonly happenings: ReadonlyMap<number, readonly Happening[]>;
  /** Its client repeats some messages under the same id. */
  readonly sendsTwice: boolean;
  /** Its client often names only the user. */
  readonly omitsAccount: boolean;
}

const OWNERS = [
  'maya@tidal.example',
  'joel@tidal.example',
  'ilse@tidal.example',
  'ravi@tidal.example',
] as const;

/** The shares add up to 1. */
const STORIES: readonly [Story, ...Story[]] = [...FREE_STORIES, ...PAYING_STORIES];

/** The same options give the same accounts. */
export function createAccounts(options: SimulationOptions): readonly SimulatedAccount[] {
  const companies = nameCompanies(options.accounts, createRandom(options.seed, 'companies'));
  const stories = shareOut(options.accounts);
  return companies.map((company, i) => {
    const random = createRandom(options.seed, company.id);
    return createAccount({ company, story: stories[i] ?? STORIES[0], random, options });
  });
}

function createAccount(given: {
  readonly company: { readonly id: string; readonly name: string; readonly industry: string };
  readonly story: Story;
  readonly random: Random;
  readonly options: SimulationOptions;
}): SimulatedAccount {
  const { company, story, random, options } = given;
  const age = Math.round(random.within(story.born));
  const bornOn = Math.max(0, options.days - 1 - age);
  const turnsOn = Math.max(bornOn + 1, options.days - 1 - Math.round(random.within(story.turn)));
  const isNew = age < options.days;
  // A stream of its own for what is beside the messages.
  const aside = createRandom(options.seed, `life of ${company.id}`);
  const members = createMembers({ company, story, random, aside, bornOn, turnsOn, isNew });
  const plan = random.pick(story.plans);
  const seats = Math.ceil(members.length * random.within(story.seatsPerMember));
  const owner = random.pick(OWNERS);
  const messagesByDay = planMessages({ story, bornOn, turnsOn, options, random });
  const messages = messagesByDay.reduce((a, b) => a + b, 0);
  const [fewest, most] = story.teams ?? [1, aside.chance(0.1) ? 3 : 2];
  const teams = aside.between(fewest, most);
  const facts = { plan, members: members.length, age, lastDay: options.lastDay, messages, teams };
  return {
    ...company,
    story,
    bornOn,
    turnsOn,
    members,
    plan,
    seats,
    createdAt: addDays(options.lastDay, -age),
    owner,
    messagesByDay,
    company: describeCompany(facts, aside),
    happenings: planHappenings({ story, bornOn, isNew, turnsOn, days: options.days }, aside),
    sendsTwice: random.chance(0.02),
    omitsAccount: random.chance(0.06),
  };
}

function createMembers(given: {
  readonly company: { readonly id: string };
  readonly story: Story;
  readonly random: Random;
  readonly aside: Random;
  readonly bornOn: number;
  readonly turnsOn: number;
  readonly isNew: boolean;
}): readonly SimulatedMember[] {
  const { company, story, random, aside, bornOn, turnsOn, isNew } = given;
  const count = random.between(story.members[0], story.members[1]);
  const founders = story.grows ? Math.max(2, Math.floor(count / 4)) : count;
  // Of the new teams that are there at once, two in three are invited within the first week.
  const invited = isNew && !story.grows && aside.chance(0.65);
  // The square root puts most arrivals near the turn: teams that take off hire each other.
  const arrival = (i: number): number =>
    i < founders ? 0 : Math.ceil((turnsOn - bornOn) * Math.sqrt((i - founders + 1) / (count - founders)));
  return Array.from({ length: count }, (_, i) => ({
    userId: `usr_${random.hex(10)}`,
    ...namePerson(random, company.id),
    role: i === 0 ? 'owner' : i % 6 === 1 ? 'admin' : 'member',
    joinsOn: bornOn + arrival(i) + (invited && i > 0 ? aside.between(1, 6) : 0),
    leavesOn: i === 0 && story.atTurn === 'champion_leaves' ? turnsOn : undefined,
    isOccasional: i > 0 && aside.chance(story.occasional ?? 0),
  }));
}

/** A story for each account, in the shares of the table, spread evenly. */
function shareOut(accounts: number): readonly Story[] {
  const owed = STORIES.map((story) => ({ story, given: 0 }));
  return Array.from({ length: accounts }, (_, i) => {
    const next = owed.reduce((a, b) => (lack(a, i) >= lack(b, i) ? a : b));
    next.given += 1;
    return next.story;
  });
}

const lack = (row: { readonly story: Story; readonly given: number }, accounts: number): number =>
  row.story.share * (accounts + 1) - row.given;
