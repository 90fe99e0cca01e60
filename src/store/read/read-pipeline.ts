// The pipeline's figures that the tables know. A rate is no such figure: it is counted where events pass.
import type { Store } from '../../model/store.ts';
import type { Day, EpochMillis } from '../../model/time.ts';

export interface PipelineFigures {
  readonly lastTickAt: EpochMillis | undefined;
  readonly lastTickMs: number | undefined;
  readonly lastCloseDay: Day | undefined;
  readonly deadLetters: number;
  readonly openSignals: number;
}

export async function readPipeline(store: Store): Promise<PipelineFigures> {
  const [row] = await store.query<PipelineRow>({
    sql: `SELECT
  countIf(kind = 'tick') AS ticks,
  toUnixTimestamp64Milli(maxIf(at, kind = 'tick')) AS tick_at,
  argMaxIf(milliseconds, tick, kind = 'tick') AS tick_ms,
  countIf(kind = 'close') AS closes,
  maxIf(day, kind = 'close') AS close_day,
  (SELECT count() FROM (SELECT 1 FROM dead_letters GROUP BY topic, partition, offset, body_hash)) AS dead_letters,
  (SELECT count() FROM (
    SELECT argMax(to, step) AS state FROM transitions GROUP BY account_id, rule HAVING state IN ('open', 'recovering')
  )) AS open_signals
FROM evaluations
WHERE phase = 'finished'`,
    params: {},
    columns: [],
  });
  const hasTicked = Number(row?.ticks ?? 0) > 0;
  return {
    lastTickAt: hasTicked ? (Number(row?.tick_at) as EpochMillis) : undefined,
    lastTickMs: hasTicked ? Number(row?.tick_ms) : undefined,
    lastCloseDay: Number(row?.closes ?? 0) > 0 ? row?.close_day : undefined,
    deadLetters: Number(row?.dead_letters ?? 0),
    openSignals: Number(row?.open_signals ?? 0),
  };
}

interface PipelineRow {
  readonly ticks: string;
  readonly tick_at: string;
  readonly tick_ms: string;
  readonly closes: string;
  readonly close_day: Day;
  readonly dead_letters: string;
  readonly open_signals: string;
}
