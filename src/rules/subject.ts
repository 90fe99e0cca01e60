// What a condition tests and what a metric is computed from.
import type { Metric } from './metric.ts';

export type Subject =
  | { readonly kind: 'metric'; readonly name: string }
  | { readonly kind: 'inline'; readonly metric: Metric }
  | { readonly kind: 'trait'; readonly trait: string }
  /** Days from the trait `created_at`, else from the account's first event. */
  | { readonly kind: 'age_days' }
  | { readonly kind: 'score'; readonly name: string }
  | { readonly kind: 'band'; readonly name: string }
  /** `open` or `closed` as of the previous close. */
  | { readonly kind: 'signal'; readonly rule: string };
