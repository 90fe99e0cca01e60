// Writes one intent or receipt. It must be durable before the next step: an intent before the send, a receipt after.
import type { DeliveryRecord } from '../../model/delivery.ts';
import type { Store } from '../../model/store.ts';

/** Resolves once ClickHouse has written the row. Rejects with a StoreError; writing it again is harmless. */
export async function recordDelivery(store: Store, record: DeliveryRecord): Promise<void> {
  const { key, fields } = record;
  await store.execute({
    sql: `INSERT INTO deliveries
  (episode, sink, seq, phase, action, account_id, rule, step, fields, outcome, reason, remote_id, remote_text, at)
SELECT {episode:String}, {sink:String}, {seq:UInt32}, {phase:String}, {action:String}, {accountId:String}, {rule:String},
  {step:UInt32}, {fields:String}, {outcome:String}, {reason:String}, {remoteId:String}, {remoteText:String},
  fromUnixTimestamp64Micro({at:Int64}, 'UTC')`,
    params: {
      episode: key.episode,
      sink: key.sink,
      seq: record.seq,
      phase: record.phase,
      action: record.action,
      accountId: record.accountId,
      rule: record.rule,
      step: record.step,
      fields: JSON.stringify({ state: fields.state, severity: fields.severity, owner: fields.owner ?? null }),
      outcome: record.outcome ?? '',
      reason: record.reason,
      remoteId: record.remoteId ?? '',
      remoteText: record.remoteText,
      at: record.at,
    },
    columns: [],
  });
}
