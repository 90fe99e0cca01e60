// The pipeline's figures that the tables know. A rate is no such figure: it is counted where events pass.
import type { Store } from '../../model/store.ts';
import type { Day, EpochMillis } from '../../model/time.ts';

export interface PipelineFigures {
  readonly lastTickAt: EpochMillis | undefined;
  readonly lastTickMs: number | undefined;
  readonly lastCloseDay: Day | undefined;
  /** At most MOST_DEAD_LETTERS. */
  readonly deadLetters: number;
}

/** A broken client makes millions, and nobody reads the figure to the last digit then. */
export const MOST_DEAD_LETTERS = 100_000;

/** The tables grow with every half second, so each figure reads its end only. */
export async function readPipeline(store: Store): Promise<PipelineFigures> {
  const [[tick], [close], [letters]] = await Promise.all([
    store.query<{ at: string; milliseconds: string }>({
      sql: `SELECT toUnixTimestamp64Milli(at) AS at, milliseconds ${LATEST}`,
      params: { kind: 'tick' },
      columns: ['at', 'milliseconds'],
    }),
    store.query<{ day: Day }>({ sql: `SELECT day ${LATEST}`, params: { kind: 'close' }, columns: ['day'] }),
    store.query<{ count: string }>({
      sql: 'SELECT count() AS count FROM (SELECT topic FROM dead_letters FINAL LIMIT {most:UInt32})',
      params: { most: MOST_DEAD_LETTERS },
      columns: ['count'],
    }),
  ]);
  return {
    lastTickAt: tick && (Number(tick.at) as EpochMillis),
    lastTickMs: tick && Number(tick.milliseconds),
    lastCloseDay: close?.day,
    deadLetters: Number(letters?.count ?? 0),
  };
}

/** In the order of the table, from its end. */
const LATEST = `FROM evaluations
WHERE phase = 'finished' AND kind = {kind:String}
ORDER BY tick DESC
LIMIT 1`;
