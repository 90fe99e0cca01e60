// A stored series: an event set, a filter and a measured property. Metrics that differ only in window share one.
import type { Test } from './test.ts';

/** Sorted names, or every tracked event. */
export type EventSet =
  | { readonly kind: 'any' }
  | { readonly kind: 'named'; readonly names: readonly string[] };

/** One condition on a property of the event (`a.b` reaches into objects) or on `user_id`; all must hold. */
export interface FilterLeaf {
  readonly property: string;
  readonly test: Test;
}
export type Filter = readonly FilterLeaf[];

export interface SeriesDefinition {
  readonly events: EventSet;
  readonly where: Filter;
  /** The property whose numeric values are measured; undefined when only events are counted. */
  readonly property: string | undefined;
}
