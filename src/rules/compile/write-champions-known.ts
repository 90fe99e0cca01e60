// SQL of the champions of some accounts as they were known at the bound: a day that was closed again says another one,
// but not to who looks at it as it was then.

/** One row of champions for each account and day. `accounts` is SQL over `account_id`. */
export const writeChampionsKnown = (accounts: string): string =>
  `(SELECT * FROM champions WHERE ${accounts} AND tick <= {bound:Int64}
    ORDER BY tick DESC LIMIT 1 BY account_id, last_day)`;
