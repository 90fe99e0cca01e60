// Which accounts a close or tick looks at, as the input of the statement.
import { type Corrections, NO_CORRECTIONS } from '../../model/corrections.ts';
import type { AccountId } from '../../model/ids.ts';
import {
  addDays,
  type Day,
  dayNumber,
  type EpochMillis,
  startOfDay,
  type TimeZone,
} from '../../model/time.ts';
import type { EvaluationInput } from '../../rules/compile/evaluation-input.ts';
import { writeAccounts, writeAccountsAsKnown } from '../../rules/compile/write-accounts.ts';
import { CHANGED_ACCOUNTS } from '../../store/evaluation/changed-accounts.ts';
import type { AccountSlice } from '../../store/evaluation/read-slices.ts';

export interface InputMoment {
  readonly kind: 'close' | 'tick';
  readonly day: Day;
  /** T. A close's is the last millisecond of its day. */
  readonly at: EpochMillis;
  readonly timezone: TimeZone;
  readonly tick: number;
  /** Only these accounts; undefined: all. */
  readonly slice?: AccountSlice;
  /** Only these accounts, whether they changed or not. */
  readonly only?: readonly AccountId[];
  /** True looks at raw rows alone, as they were known at `known`, microseconds. */
  readonly raw?: boolean;
  readonly known?: number;
  /** Kinds that the project has; when left out none. */
  readonly corrections?: Corrections;
}

/** A close sees every account that exists at T, a tick those of them that were found to have changed. */
export function chooseInput(moment: InputMoment): EvaluationInput {
  const within =
    moment.slice === undefined ? '1' : 'account_id > {after:String} AND account_id <= {upTo:String}';
  const accounts =
    moment.only !== undefined
      ? 'account_id IN {only:Array(String)}'
      : moment.kind === 'close'
        ? within
        : CHANGED_ACCOUNTS;
  const day = dayNumber(moment.day);
  const corrections = moment.corrections ?? NO_CORRECTIONS;
  return {
    relation: `SELECT
    account_id,
    fromUnixTimestamp64Milli({at:Int64}, 'UTC') AS instant,
    fromUnixTimestamp64Milli({previousClose:Int64}, 'UTC') AS previous_close,
    toInt32({day:Int32}) AS last_day,
    toInt32({lastClosed:Int32}) AS closed_day,
    toInt32(toDate(first_seen, {timezone:String})) AS first_day,
    first_known
  FROM (${(moment.raw === true ? writeAccountsAsKnown : writeAccounts)(corrections, accounts)})
  WHERE first_seen <= instant`,
    accounts,
    day,
    // A tick's own day is still partly to come: what compares with the past looks at the day before.
    lastClosed: moment.kind === 'close' ? day : dayNumber(addDays(moment.day, -1)),
    params: {
      at: moment.at,
      previousClose: startOfDay(moment.day, moment.timezone) - 1,
      timezone: moment.timezone,
      ...moment.slice,
      ...(moment.only === undefined ? {} : { only: moment.only }),
    },
    tick: moment.tick,
    corrections,
    ...(moment.raw === undefined ? {} : { raw: moment.raw }),
    ...(moment.known === undefined ? {} : { known: moment.known }),
  };
}
