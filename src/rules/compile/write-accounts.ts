// SQL of the accounts that there are, with when they were first seen and known.
import type { Corrections } from '../../model/corrections.ts';
import { RECEIVED } from './received.ts';
import { fromUsageEvents } from './write-sent-events.ts';
import { fromAccountTraits, fromMemberships } from './write-statements.ts';

/**
 * Yields account_id, first_seen and first_known. The table of accounts cannot forget: what was taken back of an
 * account makes its rows be looked at again, and an account of which nothing is left is none.
 *
 * @param accounts SQL over `account_id`.
 */
export function writeAccounts(corrections: Corrections, accounts: string): string {
  const known = (where: string) =>
    `SELECT account_id, min(first_seen) AS first_seen, min(first_known) AS first_known FROM accounts WHERE ${where} GROUP BY account_id`;
  if (!corrections.retractions) return known(accounts);
  return `${known(`${accounts} AND account_id NOT IN (${DOUBTED})`)}
    UNION ALL
    ${writeAccountsAsKnown(corrections, `${accounts} AND account_id IN (${DOUBTED})`)}`;
}

/** Of events taken back one by one only those of the first day, or before it, can have been the first. */
const DOUBTED = `
      SELECT account_id FROM retractions WHERE account_id != '' AND event_id = '' AND ${RECEIVED}
      UNION DISTINCT
      SELECT account_id FROM (
        SELECT account_id, min(day) AS earliest FROM retractions
        WHERE account_id != '' AND event_id != '' AND ${RECEIVED} GROUP BY account_id
      ) AS named
      INNER JOIN (
        SELECT account_id, toDate(min(accounts.first_seen)) AS first_day FROM accounts
        WHERE account_id IN (SELECT account_id FROM retractions) GROUP BY account_id
      ) AS seen USING (account_id)
      WHERE earliest <= first_day`;

/** The same from rows received up to the bound: what was received later may say that an account is older. */
export function writeAccountsAsKnown(corrections: Corrections, accounts: string): string {
  const kept = { ...corrections, aliases: false };
  const events = fromUsageEvents({
    corrections: kept,
    columns: ['account_id', 'event', 'timestamp', 'id', 'known_at'],
    where: accounts,
  });
  const rows = [
    `SELECT account_id, timestamp AS seen, known_at AS known FROM ${events}`,
    `SELECT account_id, valid_from AS seen, known_at AS known FROM ${fromMemberships(kept, { users: accounts })}`,
    `SELECT account_id, valid_from AS seen, known_at AS known FROM ${fromAccountTraits(kept, accounts)}`,
  ];
  return `SELECT account_id, min(seen) AS first_seen, min(known) AS first_known FROM (
    ${rows.join('\n    UNION ALL\n    ')}
  ) GROUP BY account_id`;
}
