// The latest scores of accounts, for the page.
import type { AccountId } from '../../model/ids.ts';
import type { ScoreEvidence } from '../../model/signal.ts';
import type { Store } from '../../model/store.ts';

export type ScoresByAccount = ReadonlyMap<AccountId, Readonly<Record<string, ScoreEvidence>>>;

/** Of these accounts. The parts are most of the bytes: they are read for the latest of each score only. */
export async function readLatestScores(
  store: Store,
  accounts: readonly AccountId[],
): Promise<ScoresByAccount> {
  if (accounts.length === 0) return new Map();
  const rows = await store.query<ScoreRow>({
    sql: `SELECT account_id, score, any(tuple(value, band, coverage, parts)) AS latest
FROM scores
WHERE (account_id, score, tick) IN (
  SELECT account_id, score, max(tick) FROM scores WHERE account_id IN {accounts:Array(String)} GROUP BY account_id, score
)
GROUP BY account_id, score
ORDER BY account_id, score`,
    params: { accounts },
    columns: ['account_id', 'score', 'latest'],
  });
  const found = new Map<AccountId, Record<string, ScoreEvidence>>();
  for (const { account_id, score, latest } of rows) {
    const [value, band, coverage, parts] = latest;
    const scores = found.get(account_id) ?? {};
    scores[score] = {
      value: value === null ? null : Number(value),
      band: band === '' ? null : band,
      coverage: Number(coverage),
      parts: JSON.parse(parts),
    };
    found.set(account_id, scores);
  }
  return found;
}

interface ScoreRow {
  readonly account_id: AccountId;
  readonly score: string;
  readonly latest: readonly [number | null, string, number, string];
}
