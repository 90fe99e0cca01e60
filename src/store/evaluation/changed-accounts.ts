// Which accounts a tick looks at, found once: its statements ask for them again and again.
import type { Store } from '../../model/store.ts';
import type { EpochMicros } from '../../model/time.ts';

/** SQL over `account_id`: the accounts that were found for the tick. */
export const CHANGED_ACCOUNTS =
  'account_id IN (SELECT account_id FROM changed_accounts WHERE tick = {tick:UInt64})';

/** Accounts that the taken batches changed: by events and traits of their own, or through a user of theirs. */
export const findChangedAccounts = (store: Store, tick: EpochMicros) =>
  store.execute({
    sql: `INSERT INTO changed_accounts (tick, account_id)
SELECT {tick:UInt64}, account_id FROM changed_account_days
WHERE batch_id IN (SELECT batch_id FROM taken_batches WHERE tick = {tick:UInt64}) AND account_id != ''
UNION DISTINCT
SELECT {tick:UInt64}, account_id FROM memberships
WHERE user_id IN (
  SELECT user_id FROM changed_account_days
  WHERE batch_id IN (SELECT batch_id FROM taken_batches WHERE tick = {tick:UInt64}) AND account_id = ''
  UNION DISTINCT SELECT user_id FROM user_persons WHERE version = {tick:UInt64})
UNION DISTINCT
SELECT {tick:UInt64}, account_id FROM changed_days WHERE tick = {tick:UInt64}`,
    params: { tick },
    columns: [],
  });
