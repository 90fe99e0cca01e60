// What a close or tick works with.
import type { Clock } from '../../model/clock.ts';
import type { Store } from '../../model/store.ts';
import type { Day, TimeZone } from '../../model/time.ts';
import type { Ruleset } from '../../rules/ruleset.ts';
import type { Plans } from './remember-plans.ts';
import type { OnPart } from './time-part.ts';

export interface Evaluator {
  readonly store: Store;
  readonly clock: Clock;
  readonly timezone: TimeZone;
  readonly ruleset: Ruleset;
  /** Microseconds; undefined where one process stamps and stores. See beginEvaluation. */
  readonly settle: number | undefined;
  /** Decimal digits of a random 64-bit number: tells this process from another that writes at the same instant. */
  readonly writer: string;
  /** True for days that a person has closed afterwards: what opens then is not delivered. Default false. */
  readonly past?: boolean;
  /** Of its time zone. Undefined where one evaluation is all: it compiles the ruleset itself. */
  readonly plans?: Plans;
  readonly onBackfill?: (progress: BackfillProgress) => void;
  /** For figures. */
  readonly onPart?: OnPart;
}

interface BackfillProgress {
  readonly series: number;
  /** The first day of the month under way. */
  readonly month: Day;
  readonly done: number;
  readonly months: number;
}
