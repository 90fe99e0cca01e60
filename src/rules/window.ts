// Which days a metric looks at, counted back from its last day.

export type Window =
  /** The last day and the days before it, `days` in all. Weeks are written as days times seven. */
  | { readonly kind: 'days'; readonly days: number }
  /** The last day's calendar month to date and the `months` − 1 months before it. */
  | { readonly kind: 'months'; readonly months: number }
  | { readonly kind: 'ever' }
  /** The account's first `days` days. */
  | { readonly kind: 'first'; readonly days: number }
  /** From the day of a date trait on; without the trait nothing is known. */
  | { readonly kind: 'since'; readonly trait: string };

/** How many days back from its last day it may look; undefined where that depends on the account. */
export function windowReach(window: Window): number | undefined {
  if (window.kind === 'days') return window.days;
  return window.kind === 'months' ? window.months * LONGEST_MONTH : undefined;
}

const LONGEST_MONTH = 31;
