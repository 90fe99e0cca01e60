// What happens to an account over the simulated months: the columns of the tables of stories.
import type { Curve } from './curves.ts';
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
  readonly level: Curve;
  /** Chance that a member shows up on a working day, before and after the turn. */
  readonly attendance: readonly [before: number, after: number];
  /** True when members join one by one until the end instead of at once. */
  readonly grows: boolean;
  /** Share of the members who hardly ever come. */
  readonly occasional?: number;
  /** How many teams make projects; one or two where it is not said. */
  readonly teams?: Range;
  /** Whether some of them have built something on the interface. */
  readonly callsInterface?: boolean;
  readonly messages: { readonly perWorkday: Range } | { readonly inAll: Range };
  /** What is said at the turn, besides the change in use. */
  readonly atTurn: 'nothing' | 'subscribes' | 'cancels_later' | 'champion_leaves' | 'steps_down';
}

/** A free team whose message count stands just short of the 2,000 of the shipped lead rule. */
export const ON_THE_BRINK = 'on_the_brink';
