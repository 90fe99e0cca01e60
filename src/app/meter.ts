// A rate over the last seconds, for the pipeline's figures. Counts only what passes through this process.

const WINDOW_SECONDS = 10;

export class Meter {
  readonly #now: () => number;
  readonly #buckets = new Map<number, number>();

  /** `now` in milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  add(count: number): void {
    const second = Math.floor(this.#now() / 1000);
    this.#buckets.set(second, (this.#buckets.get(second) ?? 0) + count);
    this.#forget(second);
  }

  /** Over the last ten full seconds. */
  perSecond(): number {
    const second = Math.floor(this.#now() / 1000);
    this.#forget(second);
    let sum = 0;
    for (const [at, count] of this.#buckets) if (at < second) sum += count;
    return sum / WINDOW_SECONDS;
  }

  #forget(second: number): void {
    for (const at of this.#buckets.keys()) if (at < second - WINDOW_SECONDS) this.#buckets.delete(at);
  }
}
