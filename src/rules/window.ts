// Which days a metric looks at, counted back from the day of T.

export type Window =
  /** The day of T and the days before it, `days` in all. Weeks are written as days times seven. */
  { readonly kind: 'days'; readonly days: number } | { readonly kind: 'ever' };
