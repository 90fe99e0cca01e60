// What happens to an account over the simulated months. Data only: each story is one row of the table.
import type { Range } from './random.ts';

export type Plan = 'free' | 'trial' | 'team' | 'enterprise';

export interface Story {
  readonly name: string;
  /** Share of all accounts; the shares add up to 1. */
  readonly share: number;
  readonly plans: readonly [Plan, ...Plan[]];
  readonly members: Range;
  /** Seats for each member, rounded up. */
  readonly seatsPerMember: Range;
  /** Days before the end at which it signed up; beyond the simulated days it was there before them. */
  readonly born: Range;
  /** Days before the end at which the story turns. */
  readonly turn: Range;
  /** Activity relative to a normal working day, by days since the turn (negative before it). */
  readonly level: (sinceTurn: number) => number;
  /** Chance that a member shows up on a working day, before and after the turn. */
  readonly attendance: readonly [before: number, after: number];
  /** True when members join one by one until the end instead of at once. */
  readonly grows: boolean;
  readonly messages: { readonly perWorkday: Range } | { readonly inAll: Range };
  /** What is said at the turn, besides the change in use. */
  readonly atTurn: 'nothing' | 'subscribes' | 'cancels_later' | 'champion_leaves';
}

const always = (): number => 1;
/** Doubles every `days`, from little at the start to 1 at the turn and flat from there. */
const rising =
  (days: number) =>
  (sinceTurn: number): number =>
    Math.min(1, 2 ** (sinceTurn / days));
const falling =
  (to: number) =>
  (sinceTurn: number): number =>
    sinceTurn < 0 ? 1 : to;

const ESTABLISHED: Range = [120, 700];
const STEADY = { level: always, grows: false, atTurn: 'nothing', turn: [0, 0] } as const;

/** A free team whose message count stands just short of the 2,000 of the shipped lead rule. */
export const ON_THE_BRINK = 'on_the_brink';

export const STORIES: readonly [Story, ...Story[]] = [
  {
    name: 'takes_off',
    share: 0.07,
    plans: ['free', 'free', 'trial'],
    members: [6, 14],
    seatsPerMember: [1, 1.4],
    born: [50, 130],
    turn: [5, 30],
    level: rising(16),
    attendance: [0.55, 0.75],
    grows: true,
    messages: { inAll: [2050, 2900] },
    atTurn: 'nothing',
  },
  {
    name: ON_THE_BRINK,
    share: 0.02,
    plans: ['free'],
    members: [5, 9],
    seatsPerMember: [1, 1.4],
    born: [60, 110],
    turn: [3, 10],
    level: rising(18),
    attendance: [0.6, 0.75],
    grows: true,
    messages: { inAll: [1940, 1990] },
    atTurn: 'nothing',
  },
  {
    name: 'converts',
    share: 0.03,
    plans: ['free', 'trial'],
    members: [6, 12],
    seatsPerMember: [1.2, 1.6],
    born: [80, 120],
    turn: [6, 25],
    level: rising(20),
    attendance: [0.6, 0.75],
    grows: true,
    messages: { inAll: [2100, 2700] },
    atTurn: 'subscribes',
  },
  {
    ...STEADY,
    name: 'stays_small',
    share: 0.22,
    plans: ['free'],
    members: [1, 5],
    seatsPerMember: [1, 2],
    born: [20, 500],
    attendance: [0.4, 0.4],
    messages: { perWorkday: [1, 6] },
  },
  {
    name: 'never_takes_root',
    share: 0.11,
    plans: ['free'],
    members: [1, 3],
    seatsPerMember: [1, 2],
    born: [30, 120],
    turn: [20, 29],
    level: falling(0.02),
    attendance: [0.4, 0.1],
    grows: false,
    messages: { perWorkday: [1, 4] },
    atTurn: 'nothing',
  },
  {
    name: 'trial_stalls',
    share: 0.1,
    plans: ['trial'],
    members: [2, 6],
    seatsPerMember: [1, 2],
    born: [12, 45],
    turn: [5, 11],
    level: falling(0.04),
    attendance: [0.6, 0.1],
    grows: false,
    messages: { perWorkday: [5, 20] },
    atTurn: 'nothing',
  },
  {
    name: 'trial_gathers_pace',
    share: 0.05,
    plans: ['trial'],
    members: [7, 14],
    seatsPerMember: [1, 1.3],
    born: [32, 48],
    turn: [1, 4],
    level: rising(9),
    attendance: [0.6, 0.75],
    grows: true,
    messages: { perWorkday: [30, 60] },
    atTurn: 'nothing',
  },
  {
    ...STEADY,
    name: 'pays_and_stays',
    share: 0.22,
    plans: ['team', 'team', 'team', 'enterprise'],
    members: [4, 18],
    seatsPerMember: [1.25, 1.9],
    born: ESTABLISHED,
    attendance: [0.5, 0.5],
    messages: { perWorkday: [4, 15] },
  },
  {
    name: 'goes_quiet',
    share: 0.06,
    plans: ['team', 'team', 'enterprise'],
    members: [4, 16],
    seatsPerMember: [1.1, 1.6],
    born: ESTABLISHED,
    turn: [8, 45],
    level: falling(0),
    attendance: [0.5, 0],
    grows: false,
    messages: { perWorkday: [6, 22] },
    atTurn: 'nothing',
  },
  {
    name: 'seats_stand_empty',
    share: 0.02,
    plans: ['team', 'enterprise'],
    members: [14, 26],
    seatsPerMember: [1, 1.2],
    born: ESTABLISHED,
    turn: [18, 45],
    level: falling(0.25),
    attendance: [0.5, 0.01],
    grows: false,
    messages: { perWorkday: [12, 30] },
    atTurn: 'nothing',
  },
  {
    name: 'champion_leaves',
    share: 0.03,
    plans: ['team'],
    members: [6, 14],
    seatsPerMember: [1.1, 1.5],
    born: ESTABLISHED,
    turn: [9, 26],
    level: falling(0.22),
    attendance: [0.55, 0.3],
    grows: false,
    messages: { perWorkday: [12, 28] },
    atTurn: 'champion_leaves',
  },
  {
    ...STEADY,
    name: 'fills_its_seats',
    share: 0.05,
    plans: ['team', 'team', 'enterprise'],
    members: [8, 20],
    seatsPerMember: [1, 1],
    born: ESTABLISHED,
    turn: [10, 40],
    level: always,
    attendance: [0.6, 0.75],
    grows: true,
    messages: { perWorkday: [8, 20] },
  },
  {
    name: 'cancels',
    share: 0.02,
    plans: ['team'],
    members: [4, 9],
    seatsPerMember: [1.1, 1.6],
    born: ESTABLISHED,
    turn: [38, 60],
    level: falling(0.01),
    attendance: [0.5, 0.02],
    grows: false,
    messages: { perWorkday: [6, 16] },
    atTurn: 'cancels_later',
  },
];
