// Which subjects may fall and rise from one day to the next by the calendar alone. Only a lint asks.
import type { Metric, Subject } from '../metric.ts';
import type { Reading } from '../read/reading.ts';

/** What compares with a past that moves on, or with the other accounts. */
const MOVING: ReadonlySet<string> = new Set([
  'change',
  'weekday_zscore',
  'trend',
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
    // It is true at one close only.
    if (subject.kind === 'champion') return subject.field === 'changed';
    const metric = this.#reading.metricOf(subject);
    return metric !== undefined && this.#metric(metric);
  }

  #metric(metric: Metric): boolean {
    const known = this.#known.get(metric);
    if (known !== undefined) return known;
    const verdict = isFleeting(metric) || metric.operands.some((operand) => this.subject(operand));
    this.#known.set(metric, verdict);
    return verdict;
  }
}

/** Days leave a window of days or months; what is counted for ever, or in an account's first days, stays. */
function isFleeting({ kind, window, definition }: Metric): boolean {
  if (MOVING.has(kind) || typeof definition.half_life === 'number') return true;
  return window !== undefined && !['ever', 'first', 'since'].includes(window.kind);
}
