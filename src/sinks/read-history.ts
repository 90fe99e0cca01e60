// What the rows of `deliveries` of one key say about the sink: what it holds for certain, and what is not known.
import type { DeliveryRecord } from '../model/delivery.ts';

export interface DeliveryHistory {
  /** The receipt of the last send that surely arrived. */
  readonly lastDelivered: DeliveryRecord | undefined;
  readonly lastReceipt: DeliveryRecord | undefined;
  /** The last attempt since then that may have arrived: its answer was lost, or we stopped before writing it down. */
  readonly unknown: DeliveryRecord | undefined;
  /** True when the sink holds a record of this episode, or may hold one. */
  readonly possiblySent: boolean;
  /** Receipts since the last delivered one: how far the back-off has come. */
  readonly failures: number;
  readonly nextSeq: number;
}

/** Rows may come in any order and, after two workers met, with one `seq` twice; `seq` orders them, never time. */
export function readHistory(records: readonly DeliveryRecord[]): DeliveryHistory {
  const rows = [...records].sort((a, b) => a.seq - b.seq);
  const receipts = rows.filter((row) => row.phase === 'receipt');
  const lastDelivered = receipts.findLast((row) => row.outcome === 'delivered');
  const since = lastDelivered?.seq ?? 0;
  const unanswered = new Map<number, number>();
  for (const { seq, phase } of rows) {
    unanswered.set(seq, (unanswered.get(seq) ?? 0) + (phase === 'intent' ? 1 : -1));
  }
  // Two workers may have taken one number, so an answer of the one is no answer of the other.
  const lost = (row: DeliveryRecord): boolean =>
    row.phase === 'receipt' ? row.outcome === 'ambiguous' : (unanswered.get(row.seq) ?? 0) > 0;
  const unknown = rows.findLast((row) => row.seq > since && lost(row));
  return {
    lastDelivered,
    lastReceipt: receipts.at(-1),
    unknown,
    possiblySent: unknown !== undefined || receipts.some((row) => Boolean(row.remoteId)),
    failures: new Set(receipts.filter((row) => row.seq > since).map((row) => row.seq)).size,
    nextSeq: (rows.at(-1)?.seq ?? 0) + 1,
  };
}
