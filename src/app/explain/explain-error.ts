// What was asked of explain is not there: told in one line, with what may have been meant.
import type { Store } from '../../model/store.ts';
import { nearestName } from '../../rules/read/suggest-name.ts';
import { findSimilarAccount } from '../../store/read/find-similar-account.ts';

export class ExplainError extends Error {
  override readonly name = 'ExplainError';
}

/** The nearest of the names, also by its beginning alone; all of them where none is near. */
export function noSuchRule(name: string, names: readonly string[]): ExplainError {
  const beginnings = new Map(names.map((one) => [one.slice(0, name.length), one]));
  const nearest = nearestName(name, names) ?? beginnings.get(nearestName(name, beginnings.keys()) ?? '');
  const instead = nearest === undefined ? `there are: ${names.join(', ')}` : `did you mean "${nearest}"?`;
  return new ExplainError(`no rule is called "${name}"; ${instead}`);
}

/** `moment` in words, such as `at the close of 2026-03-01`. */
export async function noSuchAccount(store: Store, account: string, moment: string): Promise<ExplainError> {
  const similar = await findSimilarAccount(store, account);
  if (similar === undefined)
    return new ExplainError(
      `there is no account "${account}"; tidemark sql "SELECT account_id FROM accounts_current" lists them`,
    );
  const { account_id, name, first_seen } = similar;
  if (account_id === account)
    return new ExplainError(
      `the account "${account}" was not there ${moment}: it was first seen at ${first_seen}`,
    );
  const called = name === '' || name === account_id ? '' : ` (${name})`;
  return new ExplainError(`there is no account "${account}"; did you mean "${account_id}"${called}?`);
}
