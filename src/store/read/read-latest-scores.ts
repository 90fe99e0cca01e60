// The latest score of every account that has something open, for the page.
import type { AccountId } from '../../model/ids.ts';
import type { ScoreEvidence } from '../../model/signal.ts';
import type { Store } from '../../model/store.ts';

export type ScoresByAccount = ReadonlyMap<AccountId, Readonly<Record<string, ScoreEvidence>>>;

export async function readLatestScores(store: Store): Promise<ScoresByAccount> {
  const rows = await store.query<ScoreRow>({
    sql: `SELECT account_id, score, argMax(tuple(value, band, coverage, parts), tick) AS latest
FROM scores
WHERE account_id IN (
  SELECT account_id
  FROM (SELECT account_id, argMax(to, step) AS state FROM transitions GROUP BY account_id, rule)
  WHERE state IN ('open', 'recovering')
)
GROUP BY account_id, score
ORDER BY account_id, score`,
    params: {},
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
