// Groups months into spans that one refresh may take together. Pure.
import { type Day, nextMonth } from '../../model/time.ts';

export interface RawMonth {
  /** Its first day. */
  readonly month: Day;
  /** Raw rows in it, about. */
  readonly rows: number;
}

export interface MonthSpan {
  readonly from: Day;
  /** Not included. */
  readonly to: Day;
  readonly months: readonly Day[];
  /** How many slices of accounts to take it in: a month may hold more rows than are taken at once. */
  readonly slices: number;
}

/** ClickHouse takes a hundred months in one insert. */
const MONTHS_AT_ONCE = 24;
/** What one statement groups is held in memory, up to what it may put on disk. */
const ROWS_AT_ONCE = 2_000_000;

/** @param months Oldest first. Years of few events are few statements, each of which costs as much as their rows. */
export function spanMonths(months: readonly RawMonth[]): readonly MonthSpan[] {
  const groups: { months: Day[]; rows: number }[] = [];
  for (const { month, rows } of months) {
    const last = groups.at(-1);
    if (last !== undefined && last.months.length < MONTHS_AT_ONCE && last.rows + rows <= ROWS_AT_ONCE) {
      last.months.push(month);
      last.rows += rows;
    } else {
      groups.push({ months: [month], rows });
    }
  }
  return groups.flatMap(({ months: group, rows }) => {
    const [from, last] = [group[0], group.at(-1)];
    const slices = Math.max(1, Math.ceil(rows / ROWS_AT_ONCE));
    return from === undefined || last === undefined
      ? []
      : [{ from, to: nextMonth(last), months: group, slices }];
  });
}
