// Which account-days a refresh recomputes.
import type { Day } from '../../model/time.ts';

/** Some accounts, without storing it. */
export interface AccountsScope {
  readonly kind: 'accounts';
  /** SQL over `account_id`. */
  readonly accounts: string;
  /** Day numbers of the days that are asked for, both included; a day more at either end may be read. Undefined: any. */
  readonly first: number | undefined;
  readonly last: number;
}

/** Accounts behind `after` up to and with `upTo`, in the order of their ids as bytes. */
interface AccountStretch {
  readonly after: string;
  readonly upTo: string;
}

/** With `slice`, of these accounts only. */
export type RefreshScope = {
  readonly slice?: AccountStretch;
} & (
  | {
      /** The account-days of the table changed_days. */
      readonly kind: 'changed';
      readonly tick: number;
      /** False when no unattributed event can be among them. */
      readonly attributed: boolean;
      /** Only local days from `from` up to but without `to`. Undefined: all of them. */
      readonly within?: { readonly from: Day; readonly to: Day };
    }
  /** Local days from `from` up to but without `to`: a slice of a backfill. */
  | { readonly kind: 'days'; readonly from: Day; readonly to: Day }
);
