// A sorted stretch of accounts, narrowed to its ids where they are few: between two accounts may lie a million others.
import type { AccountId } from '../../model/ids.ts';
import type { StatementParameter } from '../../model/statement.ts';

export interface AccountRange {
  /** SQL over `account_id`, by primary key. */
  readonly sql: string;
  readonly params: Readonly<Record<string, StatementParameter>>;
}

/** Ids travel in the address of the request, which is bounded. */
const MOST_IDS = 500;

/** `accounts` are sorted and at least one. */
export function accountRange(accounts: readonly AccountId[]): AccountRange {
  if (accounts.length <= MOST_IDS) {
    return { sql: 'account_id IN {accounts:Array(String)}', params: { accounts } };
  }
  const [first, last] = [accounts[0] ?? '', accounts.at(-1) ?? ''];
  return { sql: 'account_id >= {first:String} AND account_id <= {last:String}', params: { first, last } };
}
