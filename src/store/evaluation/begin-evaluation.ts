// The start of a tick or close: its bound V, its row that others can see, and the batches that it takes.
import type { Clock } from '../../model/clock.ts';
import type { Store } from '../../model/store.ts';
import type { EpochMicros } from '../../model/time.ts';
import type { EvaluationRecord } from './record-evaluation.ts';
import { recordEvaluation } from './record-evaluation.ts';

export interface BeginEvaluation {
  readonly store: Store;
  readonly clock: Clock;
  /**
   * Microseconds that a batch may take from being stamped to being stored; only batches older than this are taken.
   * Undefined where one process stamps and stores: the bound is then the last batch announced.
   */
  readonly settle: number | undefined;
  readonly record: Omit<
    EvaluationRecord,
    'tick' | 'phase' | 'applied' | 'accounts' | 'rowsRead' | 'milliseconds'
  >;
}

export interface BegunEvaluation {
  /** V: rows received later are not seen. It is also the tick's number and the version of what it writes. */
  readonly tick: EpochMicros;
  readonly batches: number;
  /**
   * True when another evaluation with our V or a later one began before our batches were taken: it may read raw rows
   * that are older than ours and hide what we write. Our batches then stay open, and the next one takes them again.
   */
  readonly contested: boolean;
}

export async function beginEvaluation(options: BeginEvaluation): Promise<BegunEvaluation> {
  const { store, record } = options;
  const { tick, announced } = await chooseBound(options);
  // The row comes before anything is read: a tick with a smaller V that sees it leaves its batches to us.
  await recordEvaluation(options, { ...record, tick, phase: 'started', applied: false });
  // One that is announced from here on is taken by the next evaluation, whatever its time.
  if (!announced) return { tick, batches: 0, contested: false };
  await takeBatches(store, tick, record.kind);
  const [taken] = await store.query<{ batches: string; others: string }>({
    sql: `SELECT
  (SELECT count() FROM taken_batches WHERE tick = {tick:UInt64}) AS batches,
  (SELECT count() FROM evaluations WHERE tick >= {tick:UInt64} AND phase = 'started') AS others`,
    params: { tick },
    columns: ['batches', 'others'],
  });
  return { tick, batches: Number(taken?.batches ?? 0), contested: Number(taken?.others ?? 0) > 1 };
}

/** V = max(last V + 1 µs, now − settle), or the last announced batch where nothing needs to settle; whether there are any. */
async function chooseBound({ store, clock, settle }: BeginEvaluation) {
  const [row] = await store.query<{ last: string; announced: string }>({
    sql: `SELECT
  (SELECT max(tick) FROM evaluations) AS last,
  (SELECT toUnixTimestamp64Micro(max(received_at)) FROM announced_batches) AS announced`,
    params: {},
    columns: ['last', 'announced'],
  });
  const announced = Number(row?.announced ?? 0);
  const settled = settle === undefined ? announced : clock.now() - settle;
  const tick = Math.max(Number(row?.last ?? 0) + 1, settled) as EpochMicros;
  return { tick, announced: announced > 0 };
}

/** Batches up to V that no finished evaluation of this kind applied: a close looks at another T than a tick. */
const takeBatches = (store: Store, tick: EpochMicros, kind: 'tick' | 'close') =>
  store.execute({
    sql: `INSERT INTO taken_batches (tick, batch_id, received_at)
SELECT {tick:UInt64}, batch_id, received_at
FROM announced_batches FINAL
WHERE received_at <= fromUnixTimestamp64Micro({tick:Int64}, 'UTC')
  AND batch_id NOT IN (
    SELECT batch_id FROM taken_batches
    WHERE tick IN (SELECT tick FROM evaluations WHERE phase = 'finished' AND applied AND kind = {kind:String}))`,
    params: { tick, kind },
    columns: [],
  });
