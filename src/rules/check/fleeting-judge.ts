// Which subjects may fall and rise from one day to the next by the calendar alone. Only a lint asks.
import type { Metric, Subject } from '../metric.ts';
import type { Reading } from '../read/reading.ts';

/** What compares with the past, or counts days to a date. */
const CALENDAR_KINDS: ReadonlySet<string> = new Set([
  'change',
  'weekday_zscore',
  'streak',
  'days_to_limit',
  'percentile_rank',
]);

export class FleetingJudge {
  readonly #reading: Reading;
  readonly #known = new WeakMap<Metric, boolean>();

  constructor(reading: Reading) {
    this.#reading = reading;
  }

  subject(subject: Subject): boolean {
    if (subject.kind === 'score' || subject.kind === 'band' || subject.kind === 'grade') return true;
    const metric = this.#reading.metricOf(subject);
    return metric !== undefined && this.#metric(metric);
  }

  #metric(metric: Metric): boolean {
    const known = this.#known.get(metric);
    if (known !== undefined) return known;
    const windowed =
      CALENDAR_KINDS.has(metric.kind) || metric.window?.kind === 'days' || metric.window?.kind === 'months';
    const verdict = windowed || metric.operands.some((operand) => this.subject(operand));
    this.#known.set(metric, verdict);
    return verdict;
  }
}
