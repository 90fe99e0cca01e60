// Every attempt to tell a sink of an episode: intents and receipts as they were written.
import type { DeliveryKey, DeliveryRecord } from '../../model/delivery.ts';
import type { AccountId, EpisodeId, RuleName, SinkName } from '../../model/ids.ts';
import type { Store } from '../../model/store.ts';
import type { EpochMicros } from '../../model/time.ts';
import { type EpisodeFilter, selectEpisodes } from './select-episodes.ts';

const COLUMNS = `episode, sink, seq, phase, action, account_id, rule, step, fields, outcome, reason, remote_id, remote_text,
  toUnixTimestamp64Micro(at) AS at_micros`;

/** Of one key, in no particular order. */
export async function loadDeliveries(
  store: Store,
  { episode, sink }: DeliveryKey,
): Promise<readonly DeliveryRecord[]> {
  const rows = await store.query<DeliveryRow>({
    sql: `SELECT ${COLUMNS} FROM deliveries WHERE episode = {episode:String} AND sink = {sink:String}`,
    params: { episode, sink },
    columns: [],
  });
  return rows.map(toRecord);
}

/**
 * Of all these episodes, in no particular order. A long history of one key is cut to its latest attempts, delivered
 * ones and others apart, so that the one that was delivered last is always there.
 */
export async function loadDeliveriesOf(
  store: Store,
  filter: EpisodeFilter,
): Promise<readonly DeliveryRecord[]> {
  const { sql, params } = selectEpisodes(filter, { content: false });
  const rows = await store.query<DeliveryRow>({
    sql: `SELECT ${COLUMNS}
FROM deliveries
WHERE episode IN (SELECT episode FROM (${sql}))
ORDER BY episode, sink, outcome = 'delivered', seq DESC
LIMIT 20 BY episode, sink, outcome = 'delivered'`,
    params,
    columns: [],
  });
  return rows.map(toRecord);
}

interface DeliveryRow {
  readonly episode: EpisodeId;
  readonly sink: SinkName;
  readonly seq: number;
  readonly phase: DeliveryRecord['phase'];
  readonly action: DeliveryRecord['action'];
  readonly account_id: AccountId;
  readonly rule: RuleName;
  readonly step: number;
  readonly fields: string;
  readonly outcome: string;
  readonly reason: string;
  readonly remote_id: string;
  readonly remote_text: string;
  readonly at_micros: string;
}

function toRecord(row: DeliveryRow): DeliveryRecord {
  const fields: Partial<DeliveryRecord['fields']> = JSON.parse(row.fields);
  return {
    key: { episode: row.episode, sink: row.sink },
    seq: row.seq,
    phase: row.phase,
    action: row.action,
    accountId: row.account_id,
    rule: row.rule,
    step: row.step,
    fields: {
      state: fields.state ?? 'none',
      severity: fields.severity ?? 'medium',
      owner: fields.owner ?? undefined,
    },
    outcome: row.outcome === '' ? undefined : (row.outcome as DeliveryRecord['outcome']),
    reason: row.reason,
    remoteId: row.remote_id === '' ? undefined : row.remote_id,
    remoteText: row.remote_text,
    at: Number(row.at_micros) as EpochMicros,
  };
}
