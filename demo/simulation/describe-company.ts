// What a CRM and a billing system know of an account: size, country, trial, renewal, limits. Pure.
import type { JsonObject } from '../../src/model/json.ts';
import { addDays, type Day } from '../../src/model/time.ts';
import type { Random } from './random.ts';
import type { Plan } from './story.ts';

export interface Company {
  /** Traits of the account. */
  readonly traits: JsonObject;
  /** Names of the teams that make projects. */
  readonly teams: readonly [string, ...string[]];
}

export interface CompanyFacts {
  readonly plan: Plan;
  readonly members: number;
  /** Days since it signed up, at the end. */
  readonly age: number;
  readonly lastDay: Day;
  readonly messages: number;
  /** The number of its teams. */
  readonly teams: number;
}

const COUNTRIES = ['US', 'US', 'US', 'GB', 'GB', 'DE', 'DE', 'FR', 'NL', 'BR', 'IN', 'PL'] as const;
const TEAMS = ['sales', 'design', 'support', 'operations', 'finance'] as const;
const TRIAL_DAYS = [14, 30, 45, 60, 90, 120, 150];
/** Megabytes of files that a message brings with it. */
const MB_PER_MESSAGE = 0.88;

export function describeCompany(facts: CompanyFacts, random: Random): Company {
  const { plan, age, lastDay, members } = facts;
  const signedUp = addDays(lastDay, -age);
  const first = random.between(0, TEAMS.length - 1);
  const teams = Array.from({ length: facts.teams }, (_, i) => TEAMS[(first + i) % TEAMS.length] ?? TEAMS[0]);
  const trial = TRIAL_DAYS.find((days) => days > age) ?? age + 10;
  const traits = {
    employees: Math.round(members * random.within([1.5, 40])),
    country: random.pick(COUNTRIES),
    storage_mb: storage(facts.messages, random),
    messages_per_month: plan === 'free' ? 1500 : plan === 'trial' ? 3000 : 10_000,
    ...(plan === 'trial' ? { trial_started_on: signedUp, trial_ends_on: addDays(signedUp, trial) } : {}),
    ...(plan === 'team' || plan === 'enterprise' ? { renews_on: renewal(signedUp, lastDay) } : {}),
  };
  return { traits, teams: [teams[0] ?? TEAMS[0], ...teams.slice(1)] };
}

/** Most have room for long; one in twelve is nearly full at the end. */
function storage(messages: number, random: Random): number {
  const used = random.chance(0.08) ? random.within([0.86, 1.02]) : random.within([0.15, 0.6]);
  return Math.max(200, Math.round((messages * MB_PER_MESSAGE) / used / 10) * 10);
}

/** The next anniversary, counted in years of 365 days. */
function renewal(signedUp: Day, lastDay: Day): Day {
  let day = addDays(signedUp, 365);
  while (day <= lastDay) day = addDays(day, 365);
  return day;
}
