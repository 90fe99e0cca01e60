// Writes transitions, and reads back which of them are in force: the first write of a step wins.
import type { AccountId, EpisodeId, RuleName } from '../../model/ids.ts';
import type { Transition } from '../../model/signal.ts';
import type { Store } from '../../model/store.ts';
import { microsText, tabSeparatedRow } from '../../model/tab-separated.ts';
import type { EpochMicros, TimeZone } from '../../model/time.ts';
import type { AccountRange } from './account-range.ts';

const COLUMNS = [
  'account_id',
  'rule',
  'step',
  'openings',
  'episode',
  'from',
  'to',
  'at',
  'day',
  'since',
  'missing_since',
  'evaluated_at',
  'tick',
  'reason',
  'severity',
  'kind',
  'sentence',
  'evidence',
  'held',
  'silent',
  'rule_hash',
  'ruleset_hash',
  'writer',
  'past',
  'decided_by',
  'timezone',
] as const;

export interface TransitionWrite {
  readonly transitions: readonly Transition[];
  readonly tick: EpochMicros;
  /** Decimal digits of a 64-bit number of this process, so that equal instants of two writers have an order. */
  readonly writer: string;
  /** Decided by `tidemark evaluate`, which never delivers; default false. */
  readonly past?: boolean | undefined;
  /** Of the evaluation that decided them: what computes their evidence again asks for it. */
  readonly kind?: 'tick' | 'close';
  /** Whose days counted. */
  readonly timezone?: TimeZone;
}

export async function saveTransitions(store: Store, write: TransitionWrite): Promise<void> {
  if (write.transitions.length === 0) return;
  const rows = write.transitions.map((transition) => tabSeparatedRow(toRow(transition, write)));
  await store.insert({
    table: 'transitions',
    columns: COLUMNS,
    rows: rows.length,
    body: new TextEncoder().encode(rows.join('')),
  });
}

const toRow = (transition: Transition, { tick, writer, past = false, kind, timezone }: TransitionWrite) => [
  transition.accountId,
  transition.rule,
  transition.step,
  transition.openings,
  transition.episode ?? '',
  transition.from,
  transition.to,
  new Date(transition.at).toISOString().replace('T', ' ').replace('Z', ''),
  transition.day,
  transition.since,
  transition.missingSince ?? null,
  microsText(transition.evaluatedAt),
  tick,
  transition.reason,
  transition.severity,
  transition.kind,
  transition.sentence,
  JSON.stringify(transition.evidence),
  transition.held,
  transition.silent,
  transition.ruleHash,
  transition.rulesetHash,
  writer,
  past,
  kind ?? '',
  timezone ?? '',
];

export interface ChangedSignal {
  readonly accountId: AccountId;
  readonly rule: RuleName;
  readonly episode: EpisodeId;
}

/** Signals whose transitions of this tick and writer won, and concern an episode: the ones to deliver. */
export async function readChangedSignals(
  store: Store,
  written: {
    /** The accounts that were looked at. */
    readonly range: AccountRange;
    readonly tick: EpochMicros;
    readonly writer: string;
  },
): Promise<readonly ChangedSignal[]> {
  return store.query<ChangedSignal>({
    sql: `SELECT DISTINCT account_id AS accountId, rule, episode
FROM transitions FINAL
WHERE ${written.range.sql} AND tick = {tick:UInt64} AND writer = {writer:UInt64} AND episode != ''
ORDER BY accountId, rule`,
    params: { ...written.range.params, tick: written.tick, writer: written.writer },
    columns: ['accountId', 'rule', 'episode'],
  });
}
