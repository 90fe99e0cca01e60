// Rows of the table evaluations: that a tick or close began, and how it ended.
import type { Clock } from '../../model/clock.ts';
import type { Store } from '../../model/store.ts';
import type { Day, EpochMicros, EpochMillis } from '../../model/time.ts';

export interface EvaluationRecord {
  readonly tick: EpochMicros;
  readonly phase: 'started' | 'finished';
  readonly kind: 'tick' | 'close';
  /** Its batches need no further evaluation of this kind. */
  readonly applied: boolean;
  /** T. */
  readonly at: EpochMillis;
  readonly day: Day;
  readonly rulesetHash: string;
  readonly rules: readonly string[];
  /** Taken; a close that took some leaves behind the series that it did not refresh. */
  readonly batches?: number;
  readonly accounts?: number;
  readonly rowsRead?: number;
  readonly milliseconds?: number;
}

export const recordEvaluation = (
  { store, clock }: { readonly store: Store; readonly clock: Clock },
  record: EvaluationRecord,
) =>
  store.execute({
    sql: `INSERT INTO evaluations
  (tick, phase, kind, applied, at, day, ruleset_hash, rules, batches, accounts, rows_read, milliseconds, written_at)
SELECT {tick:UInt64}, {phase:String}, {kind:String}, {applied:Bool}, fromUnixTimestamp64Milli({at:Int64}, 'UTC'),
  {day:Date}, {rulesetHash:String}, {rules:Array(String)}, {batches:UInt64}, {accounts:UInt64}, {rowsRead:UInt64}, {milliseconds:UInt64},
  fromUnixTimestamp64Micro({writtenAt:Int64}, 'UTC')`,
    params: {
      batches: 0,
      accounts: 0,
      rowsRead: 0,
      milliseconds: 0,
      ...record,
      writtenAt: clock.now(),
    },
    columns: [],
  });
