// A series: an event set, a filter and what is measured. Metrics that differ only in window share one.
import type { Test } from './test.ts';

export type EventSet =
  /** Every tracked event. */
  | { readonly kind: 'any' }
  /** Sorted names. */
  | { readonly kind: 'named'; readonly names: readonly string[] }
  /** Tracked events whose letters a to z, lower-cased, are one of these; sorted. */
  | { readonly kind: 'spelled'; readonly letters: readonly string[] }
  /** A change of a trait, with the properties `from` and `to`. */
  | { readonly kind: 'account_trait' | 'user_trait'; readonly trait: string }
  /** An opening of a rule's signal; it is an event of the day after. */
  | { readonly kind: 'signal'; readonly rule: string }
  /** A user's joining of the account, once each. */
  | { readonly kind: 'members' };

/** One condition on a property of the event (`a.b` reaches into objects) or on `user_id`; all must hold. */
export interface FilterLeaf {
  /** In a `where` as written also `user.TRAIT`, which is no part of a series: it is asked at T. */
  readonly property: string;
  readonly test: Test;
}
export type Filter = readonly FilterLeaf[];

export type Measure =
  | { readonly kind: 'events' }
  /** The property's numeric values. */
  | { readonly kind: 'numbers'; readonly property: string }
  /** The property's values as text, for telling how many there are. */
  | { readonly kind: 'texts'; readonly property: string }
  /** The names of the events. */
  | { readonly kind: 'names' };

export interface SeriesDefinition {
  readonly events: EventSet;
  readonly where: Filter;
  readonly measure: Measure;
  /** True when its days are kept for each user apart. */
  readonly perUser: boolean;
}

/** Series of tracked events are stored; the others are few rows, and are made when they are asked for. */
export const isStored = ({ events }: SeriesDefinition): boolean => isTracked(events);

export type TrackedEvents = Extract<EventSet, { kind: 'any' | 'named' | 'spelled' }>;

export const isTracked = (events: EventSet): events is TrackedEvents =>
  events.kind === 'any' || events.kind === 'named' || events.kind === 'spelled';

/** Whether an event of this name is in the set. */
export function holdsEvent(events: TrackedEvents, name: string): boolean {
  switch (events.kind) {
    case 'any':
      return true;
    case 'named':
      return events.names.includes(name);
    case 'spelled':
      return events.letters.includes(name.toLowerCase().replace(/[^a-z]/g, ''));
  }
}
