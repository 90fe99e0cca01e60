// Where each signal of a range of accounts stands: its latest transition.
import type { AccountId, EpisodeId, RuleName } from '../../model/ids.ts';
import type { Severity, Signal, SignalState, TransitionReason } from '../../model/signal.ts';
import type { Store } from '../../model/store.ts';
import type { Day } from '../../model/time.ts';

interface SignalRow {
  readonly account_id: AccountId;
  readonly rule: RuleName;
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

/** Accounts from `first` to `last`, both included, in the order of their ids as bytes. */
export async function readSignals(
  store: Store,
  range: { readonly first: AccountId; readonly last: AccountId },
): Promise<readonly Signal[]> {
  const rows = await store.query<SignalRow>({
    sql: `SELECT account_id, rule, to AS state, step, openings, episode, since, missing_since, severity, reason, rule_hash
FROM transitions FINAL
WHERE account_id >= {first:String} AND account_id <= {last:String}
ORDER BY account_id, rule, step DESC
LIMIT 1 BY account_id, rule`,
    params: { ...range },
    columns: [],
  });
  return rows.map((row) => ({
    accountId: row.account_id,
    rule: row.rule,
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
