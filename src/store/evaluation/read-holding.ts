// Which rules would open for which of a tick's accounts, and which of these have a signal already.
import type { AccountId } from '../../model/ids.ts';
import type { CompiledStatement } from '../../model/statement.ts';
import type { Store } from '../../model/store.ts';
import type { EpochMicros } from '../../model/time.ts';
import { CHANGED_ACCOUNTS } from './changed-accounts.ts';

export interface HoldingRow {
  readonly account_id: AccountId;
  /** Positions, from 1, in the rules of the statement's plan. */
  readonly holding: readonly number[];
}

/** @param statement yields account_id and holding. Accounts for which nothing holds are left out. */
export const readHolding = (store: Store, statement: CompiledStatement): Promise<readonly HoldingRow[]> =>
  store.query<HoldingRow>({
    sql: `SELECT account_id, holding
FROM (
${statement.sql}
)
WHERE notEmpty(holding)`,
    params: statement.params,
    columns: statement.columns,
  });

export interface NamedRules {
  readonly tick: EpochMicros;
  /** Names of rules, former ones too, and beside each the rule that has it now. */
  readonly names: readonly string[];
  readonly owners: readonly string[];
}

/** Of the tick's accounts, the rules of which a signal is anything but `none`: a tick cannot open these. */
export async function readAliveRules(
  store: Store,
  { tick, names, owners }: NamedRules,
): Promise<ReadonlyMap<AccountId, ReadonlySet<string>>> {
  const rows = await store.query<{ account_id: AccountId; alive: readonly string[] }>({
    // The latest step of any of its names; of one number, what was handed over goes behind what was taken.
    sql: `SELECT account_id, groupArray(owner) AS alive
FROM (
  SELECT account_id, transform(rule, {names:Array(String)}, {owners:Array(String)}, '') AS owner,
    argMax(to, (step, NOT (to = 'none' AND reason = 'rule_changed'))) AS state
  FROM transitions FINAL
  WHERE ${CHANGED_ACCOUNTS} AND rule IN {names:Array(String)}
  GROUP BY account_id, owner)
WHERE state != 'none'
GROUP BY account_id`,
    params: { tick, names, owners },
    columns: ['account_id', 'alive'],
  });
  return new Map(rows.map(({ account_id: account, alive }) => [account, new Set(alive)]));
}
