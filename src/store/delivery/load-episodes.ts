// Episodes as of their latest transition: what a delivery and the page are made from.
import type { AccountId, EpisodeId, RuleName } from '../../model/ids.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Evidence, Severity, SignalState, TransitionReason } from '../../model/signal.ts';
import type { Store } from '../../model/store.ts';
import type { Day, EpochMicros, EpochMillis } from '../../model/time.ts';
import { type EpisodeFilter, selectEpisodes } from './select-episodes.ts';

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
  /** When the evaluator opened it; a release, or a sink, after this instant came later. */
  readonly decidedAt: EpochMicros;
  readonly changedAt: EpochMillis;
  readonly step: number;
  readonly held: boolean;
  readonly silent: boolean;
  readonly baseline: boolean;
  /** Opened by `tidemark evaluate`. */
  readonly past: boolean;
  readonly evidence: Evidence;
}

/** In no particular order, with everything that a notice or the page says. */
export async function loadEpisodes(store: Store, filter: EpisodeFilter): Promise<readonly Episode[]> {
  const { sql, params } = selectEpisodes(filter, { content: true });
  const rows = await store.query<EpisodeRow>({
    sql: `WITH latest AS (${sql})
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
    params,
    columns: [],
  });
  return rows.map(toEpisode);
}

/** Without sentence, evidence and traits: enough to decide whether something is to be sent, for many at once. */
export async function loadEpisodeStates(store: Store, filter: EpisodeFilter): Promise<readonly Episode[]> {
  const { sql, params } = selectEpisodes(filter, { content: false });
  const rows = await store.query<Omit<EpisodeRow, 'traits'>>({ sql, params, columns: [] });
  return rows.map((row) => toEpisode({ ...row, traits: [] }));
}

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
  readonly past: boolean;
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
    past: row.past,
    evidence,
  };
}

/** A null value took the trait away. */
const readTraits = (traits: EpisodeRow['traits']): JsonObject =>
  Object.fromEntries(
    traits.map(([trait, json]) => [trait, JSON.parse(json)]).filter(([, value]) => value !== null),
  );

function readEvidence(json: string): Evidence {
  const {
    leaves = [],
    scores = {},
    traits = {},
    grades,
    champion,
  }: Partial<Evidence> = json === '' ? {} : JSON.parse(json);
  return {
    leaves,
    scores,
    traits,
    ...(grades === undefined ? {} : { grades }),
    ...(champion === undefined ? {} : { champion }),
  };
}
