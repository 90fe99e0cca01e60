// What is stored of signals: each transition, with the evaluation that decided it.
import type { AccountId } from '../../model/ids.ts';
import type { Evidence, SignalState, TransitionReason } from '../../model/signal.ts';
import type { Store } from '../../model/store.ts';
import type { Day, EpochMillis, TimeZone } from '../../model/time.ts';

export interface DecidedTransition {
  readonly accountId: AccountId;
  readonly rule: string;
  readonly step: number;
  readonly episode: string;
  readonly from: SignalState;
  readonly to: SignalState;
  readonly at: EpochMillis;
  readonly day: Day;
  readonly since: Day;
  readonly reason: TransitionReason;
  readonly severity: string;
  readonly sentence: string;
  readonly evidence: Evidence;
  readonly rulesetHash: string;
  /** Of the rule's condition then. */
  readonly ruleHash: string;
  readonly held: boolean;
  readonly silent: boolean;
  /** V, microseconds. */
  readonly tick: number;
  readonly kind: 'tick' | 'close';
  /** Whose days counted; undefined for what older versions wrote. */
  readonly timezone: TimeZone | undefined;
}

/** Of one account, in the order of steps: a renamed rule's go on from name to name. */
export const readAccountHistory = (store: Store, account: AccountId): Promise<readonly DecidedTransition[]> =>
  readTransitions(store, { where: 'account_id = {account:String}', params: { account } });

export interface OpenEpisodesPage {
  /** Accounts behind this one; '' begins. */
  readonly after: string;
  readonly accounts: number;
  /** All names of one rule; undefined: of every rule. */
  readonly rules: readonly string[] | undefined;
}

/**
 * Of every episode that is open or recovers, of so many accounts that have one; also what was decided of it under a
 * former name of its rule.
 */
export const readOpenEpisodes = (
  store: Store,
  { rules, ...page }: OpenEpisodesPage,
): Promise<readonly DecidedTransition[]> => {
  const ofRule = rules === undefined ? '' : ' AND rule IN {rules:Array(String)}';
  const open = `SELECT account_id, rule, argMax(episode, step) AS latest FROM transitions
  WHERE account_id > {after:String}${ofRule}
  GROUP BY account_id, rule HAVING argMax(to, step) IN ('open', 'recovering')`;
  return readTransitions(store, {
    where: `episode != '' AND (account_id, episode) IN (SELECT account_id, latest FROM (${open})) AND account_id IN (
  SELECT DISTINCT account_id FROM (${open}) ORDER BY account_id LIMIT {accounts:UInt64})`,
    params: { ...page, ...(rules === undefined ? {} : { rules }) },
  });
};

interface Selection {
  readonly where: string;
  readonly params: Readonly<Record<string, string | number | readonly string[]>>;
}

async function readTransitions(
  store: Store,
  { where, params }: Selection,
): Promise<readonly DecidedTransition[]> {
  const rows = await store.query<Record<string, string> & { step: number; held: boolean; silent: boolean }>({
    sql: `SELECT account_id, rule, step, episode, from, to, toUnixTimestamp64Milli(at) AS at, day, since, reason, severity,
  sentence, evidence, ruleset_hash, rule_hash, held, silent, toString(tick) AS tick,
  -- Closes are remembered for ever, ticks only while there is something to do for them.
  multiIf(decided_by != '', decided_by, tick IN (SELECT tick FROM evaluations WHERE kind = 'close'), 'close', 'tick') AS evaluation,
  timezone
FROM transitions FINAL
WHERE ${where}
-- Of the two that hand a signal over, the one that leaves comes first.
ORDER BY account_id, step, to = 'none' AND reason = 'rule_changed' DESC, rule`,
    params,
    columns: [],
  });
  return rows.map((row) => ({
    accountId: row.account_id as AccountId,
    rule: row.rule ?? '',
    step: row.step,
    episode: row.episode ?? '',
    from: row.from as SignalState,
    to: row.to as SignalState,
    at: Number(row.at) as EpochMillis,
    day: row.day as Day,
    since: row.since as Day,
    reason: row.reason as TransitionReason,
    severity: row.severity ?? '',
    sentence: row.sentence ?? '',
    evidence: JSON.parse(row.evidence ?? '{}') as Evidence,
    rulesetHash: row.ruleset_hash ?? '',
    ruleHash: row.rule_hash ?? '',
    held: row.held,
    silent: row.silent,
    tick: Number(row.tick),
    kind: row.evaluation as 'tick' | 'close',
    timezone: row.timezone === '' ? undefined : (row.timezone as TimeZone),
  }));
}
