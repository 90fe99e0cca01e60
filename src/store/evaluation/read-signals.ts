// Where each signal of a range of accounts stands: its latest transition.
import type { AccountId, EpisodeId, RuleName } from '../../model/ids.ts';
import type { Severity, Signal, SignalState, TransitionReason } from '../../model/signal.ts';
import type { Store } from '../../model/store.ts';
import type { Day } from '../../model/time.ts';
import type { AccountRange } from './account-range.ts';

interface SignalRow {
  readonly account_id: AccountId;
  readonly rule: RuleName;
  readonly kind: string;
  readonly state: SignalState;
  readonly step: number;
  readonly openings: number;
  readonly episode: string;
  readonly since: Day;
  readonly missing_since: Day | null;
  readonly severity: Severity;
  readonly reason: TransitionReason;
  readonly rule_hash: string;
}

export async function readSignals(store: Store, range: AccountRange): Promise<readonly Signal[]> {
  const rows = await store.query<SignalRow>({
    sql: `SELECT account_id, rule, kind, to AS state, step, openings, episode, since, missing_since, severity, reason, rule_hash
FROM transitions FINAL
WHERE ${range.sql}
ORDER BY account_id, rule, step DESC
LIMIT 1 BY account_id, rule`,
    params: range.params,
    columns: [],
  });
  return rows.map((row) => ({
    accountId: row.account_id,
    rule: row.rule,
    kind: row.kind,
    state: row.state,
    step: row.step,
    openings: row.openings,
    episode: row.episode === '' ? undefined : (row.episode as EpisodeId),
    since: row.since,
    missingSince: row.missing_since ?? undefined,
    severity: row.severity,
    reason: row.reason,
    ruleHash: row.rule_hash,
  }));
}
