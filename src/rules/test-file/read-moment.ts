// Days, instants and ranges of days as written in a test. What has no offset is of the test's time zone.
import { Temporal } from 'temporal-polyfill';
import { type Day, daysBetween, type EpochMillis, parseDay, type TimeZone } from '../../model/time.ts';
import { readScalar } from '../read/read-scalar.ts';
import type { Reading } from '../read/reading.ts';
import type { SourceNode, Span } from '../read/source.ts';

/** Ten years: more is a slip, and each day of it is closed. */
export const MOST_TEST_DAYS = 3660;
/** What the line takes: see EARLIEST_TIMESTAMP. */
const [EARLIEST, LATEST] = ['1971-01-02', '2099-12-30'];

export interface DayRange {
  readonly from: Day;
  /** Included. */
  readonly to: Day;
}

/** Undefined after a problem was reported. */
export function readDay(node: SourceNode, reading: Reading, what: string): Day | undefined {
  const scalar = readScalar(node, reading, what);
  return scalar === undefined ? undefined : dayFrom(scalar.raw, node.span, reading, what);
}

/** `FROM..TO`, or one day. */
export function rangeFrom(text: string, span: Span, reading: Reading): DayRange | undefined {
  const [first = '', last = first, ...rest] = text.split('..');
  if (rest.length > 0) {
    reading.problems.add('X002', span, `"${text}" is no range of days`, RANGE_HINT);
    return undefined;
  }
  const from = dayFrom(first, span, reading, 'the first day');
  const to = from === undefined ? undefined : dayFrom(last, span, reading, 'the last day');
  if (from === undefined || to === undefined) return undefined;
  const days = daysBetween(from, to) + 1;
  if (days >= 1 && days <= MOST_TEST_DAYS) return { from, to };
  const problem = days < 1 ? 'ends before it begins' : `is longer than ${MOST_TEST_DAYS} days`;
  reading.problems.add('X002', span, `"${text}" ${problem}`, RANGE_HINT);
  return undefined;
}

const RANGE_HINT = 'write FROM..TO, both included: 2025-06-01..2025-06-20';

function dayFrom(text: string, span: Span, reading: Reading, what: string): Day | undefined {
  try {
    const day = parseDay(text);
    if (day >= EARLIEST && day <= LATEST) return day;
    reading.problems.add('X002', span, `${what} ${text} is out of range`, `from ${EARLIEST} to ${LATEST}`);
  } catch {
    const hint = /^\d{4}-\d{2}-\d{2}$/.test(text) ? 'no such day' : 'write a day such as 2025-06-20';
    reading.problems.add('X002', span, `${what} "${text}" is not a day of the calendar`, hint);
  }
  return undefined;
}

/** The start of a day without a time. */
export interface Moment {
  readonly at: EpochMillis;
  /** Of a day without a time. */
  readonly day: Day | undefined;
}

const INSTANT = /^(\d{4}-\d{2}-\d{2})[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?$/;

/** Undefined when it is neither a day nor an instant. */
export function parseMoment(text: string, zone: TimeZone): Moment | undefined {
  try {
    if (!INSTANT.test(text)) {
      const day = parseDay(text);
      return isInRange(day) ? { at: zoned(`${day}T00:00`, zone), day } : undefined;
    }
    if (!isInRange(text.slice(0, 10))) return undefined;
    const offset = /(Z|[+-]\d{2}:?\d{2})$/.test(text.slice(11));
    const at = offset ? Temporal.Instant.from(text).epochMilliseconds : zoned(text, zone);
    return { at: at as EpochMillis, day: undefined };
  } catch {
    return undefined;
  }
}

const isInRange = (day: string): boolean => day >= EARLIEST && day <= LATEST;

const zoned = (text: string, zone: TimeZone): EpochMillis =>
  Temporal.PlainDateTime.from(text.replace(' ', 'T'), { overflow: 'reject' }).toZonedDateTime(zone)
    .epochMilliseconds as EpochMillis;

/** Undefined after a problem was reported. */
export function readMoment(node: SourceNode, reading: Reading, zone: TimeZone): Moment | undefined {
  const scalar = readScalar(node, reading, '"at"');
  if (scalar === undefined) return undefined;
  const moment = parseMoment(scalar.raw, zone);
  if (moment === undefined)
    reading.problems.add(
      'X002',
      node.span,
      `"${scalar.raw}" is neither a day nor an instant`,
      'write 2025-06-20, or 2025-06-20T10:00:00Z; without an offset it is of the time zone of the project',
    );
  return moment;
}
