// Episodes as of their latest transition: what a delivery and the page are made from. The first write of a step wins.
import type { AccountId, EpisodeId, RuleName } from '../../model/ids.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Evidence, Severity, SignalState, TransitionReason } from '../../model/signal.ts';
import type { Store } from '../../model/store.ts';
import type { Day, EpochMicros, EpochMillis } from '../../model/time.ts';

/** What the rows say of an episode; owner and playbook stand in the rule. */
export interface Episode {
  readonly episode: EpisodeId;
  readonly accountId: AccountId;
  /** The trait `name`, else the account's id. */
  readonly accountName: string;
  /** As of the latest transition. */
  readonly accountTraits: JsonObject;
  readonly rule: RuleName;
  readonly kind: string;
  readonly state: Extract<SignalState, 'open' | 'recovering' | 'resolved'>;
  readonly severity: Severity;
  readonly reason: TransitionReason;
  readonly sentence: string;
  readonly openedOn: Day;
  readonly openedAt: EpochMillis;
  /** When the evaluator opened it; a release after this instant is for it. */
  readonly decidedAt: EpochMicros;
  readonly changedAt: EpochMillis;
  readonly step: number;
  readonly held: boolean;
  readonly silent: boolean;
  readonly baseline: boolean;
  readonly evidence: Evidence;
}

export interface EpisodeFilter {
  /** One episode; undefined for all. */
  readonly episode?: EpisodeId | undefined;
  /**
   * `open`: open or recovering. `unsettled`: these, and resolved ones of which a sink may not have heard.
   * `any`: whatever its state.
   */
  readonly which: 'open' | 'unsettled' | 'any';
}

/** In no particular order. */
export async function loadEpisodes(store: Store, filter: EpisodeFilter): Promise<readonly Episode[]> {
  const rows = await store.query<EpisodeRow>({
    sql: `WITH latest AS (${latestSql(filter)})
SELECT latest.*, traits.traits AS traits
FROM latest
LEFT JOIN (
  SELECT episode, groupArray((trait, value)) AS traits
  FROM (
    SELECT latest.episode AS episode, trait, argMax(value, (valid_from, message_id)) AS value
    FROM account_traits
    INNER JOIN latest ON latest.account_id = account_traits.account_id
    WHERE account_traits.account_id IN (SELECT account_id FROM latest)
      AND toUnixTimestamp64Milli(valid_from) <= latest.changed_at
    GROUP BY episode, trait
  )
  GROUP BY episode
) AS traits ON traits.episode = latest.episode`,
    params: filter.episode === undefined ? {} : { episode: filter.episode },
    columns: [],
  });
  return rows.map(toEpisode);
}

/** Waiting and idle steps carry the episode before them; only steps within one count. */
const latestSql = ({ episode, which }: EpisodeFilter): string => `
  SELECT
    t.episode AS episode,
    any(t.account_id) AS account_id,
    argMax(t.rule, t.step) AS rule,
    argMax(t.kind, t.step) AS kind,
    argMax(t.to, t.step) AS state,
    argMax(t.severity, t.step) AS severity,
    argMax(t.reason, t.step) AS reason,
    argMax(t.sentence, t.step) AS sentence,
    argMax(t.evidence, t.step) AS evidence,
    toUnixTimestamp64Milli(argMax(t.at, t.step)) AS changed_at,
    max(t.step) AS step,
    argMinIf(t.day, t.step, t.to = 'open') AS opened_on,
    toUnixTimestamp64Milli(argMinIf(t.at, t.step, t.to = 'open')) AS opened_at,
    toUnixTimestamp64Micro(argMinIf(t.evaluated_at, t.step, t.to = 'open')) AS decided_at,
    argMinIf(t.held, t.step, t.to = 'open') AS held,
    argMinIf(t.silent, t.step, t.to = 'open') AS silent,
    argMinIf(t.reason, t.step, t.to = 'open') = 'baseline' AS baseline
  FROM (
    SELECT *
    FROM transitions
    WHERE ${episode === undefined ? "episode != ''" : 'episode = {episode:String}'}
      AND to IN ('open', 'recovering', 'resolved')
    ORDER BY account_id, rule, step, precedence DESC
    LIMIT 1 BY account_id, rule, step
  ) AS t
  GROUP BY t.episode
  ${HAVING[which]}`;

const HAVING = {
  any: '',
  open: `HAVING state IN ('open', 'recovering')`,
  // The last row of each sink that heard of it must be a receipt which says that it was resolved.
  unsettled: `HAVING state IN ('open', 'recovering') OR episode IN (
    SELECT episode
    FROM deliveries
    GROUP BY episode, sink
    HAVING argMax((outcome, JSONExtractString(fields, 'state')), (seq, phase)) NOT IN (('delivered', 'resolved'), ('delivered', 'none'))
  )`,
} as const;

interface EpisodeRow {
  readonly episode: EpisodeId;
  readonly account_id: AccountId;
  readonly rule: RuleName;
  readonly kind: string;
  readonly state: Episode['state'];
  readonly severity: Severity;
  readonly reason: TransitionReason;
  readonly sentence: string;
  readonly evidence: string;
  readonly changed_at: string;
  readonly step: number;
  readonly opened_on: Day;
  readonly opened_at: string;
  readonly decided_at: string;
  readonly held: boolean;
  readonly silent: boolean;
  readonly baseline: boolean | number;
  readonly traits: readonly (readonly [string, string])[];
}

function toEpisode(row: EpisodeRow): Episode {
  const evidence = readEvidence(row.evidence);
  const accountTraits = { ...evidence.traits, ...readTraits(row.traits) };
  const { name } = accountTraits;
  return {
    episode: row.episode,
    accountId: row.account_id,
    accountName: typeof name === 'string' && name !== '' ? name : row.account_id,
    accountTraits,
    rule: row.rule,
    kind: row.kind,
    state: row.state,
    severity: row.severity,
    reason: row.reason,
    sentence: row.sentence,
    openedOn: row.opened_on,
    openedAt: Number(row.opened_at) as EpochMillis,
    decidedAt: Number(row.decided_at) as EpochMicros,
    changedAt: Number(row.changed_at) as EpochMillis,
    step: row.step,
    held: row.held,
    silent: row.silent,
    baseline: Boolean(row.baseline),
    evidence,
  };
}

/** A null value took the trait away. */
const readTraits = (traits: EpisodeRow['traits']): JsonObject =>
  Object.fromEntries(
    traits.map(([trait, json]) => [trait, JSON.parse(json)]).filter(([, value]) => value !== null),
  );

function readEvidence(json: string): Evidence {
  const { leaves = [], scores = {}, traits = {} }: Partial<Evidence> = json === '' ? {} : JSON.parse(json);
  return { leaves, scores, traits };
}
