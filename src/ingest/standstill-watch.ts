// Tells a consumer that stands still from one that has nothing to do or waits for others: the log grows, or a block is
// under way, and for a long time nothing was acknowledged and no outage was met. A new process mends that.

export interface StandstillWatchOptions {
  readonly patienceMillis: number;
  /** Milliseconds that only rise. */
  readonly now: () => number;
}

export interface Standing {
  /** Messages of its partitions that are not acknowledged. */
  readonly lag: number;
  /** Where each of its partitions ends. */
  readonly ends: ReadonlyMap<number, number>;
  readonly blocksUnderWay: number;
}

export class StandstillWatch {
  readonly #options: StandstillWatchOptions;
  /** When it was last known to be well, or to have nothing to do: a lag alone is none, see `look`. */
  #wellAt: number;
  /** The ends as they were then, or when they were first seen since. */
  readonly #endsThen = new Map<number, number>();
  #isWaiting = false;

  constructor(options: StandstillWatchOptions) {
    this.#options = options;
    this.#wellAt = options.now();
  }

  /** Something was acknowledged, or an outage that others must end was met. */
  alive(): void {
    this.#wellAt = this.#options.now();
    this.#isWaiting = false;
    this.#endsThen.clear();
  }

  /** For how long, in milliseconds, nothing was acknowledged though something waits, as far as was looked. */
  get waits(): number {
    return this.#isWaiting ? this.#options.now() - this.#wellAt : 0;
  }

  /** To be asked every few seconds. @returns for how long it stands still, in milliseconds; undefined while it does not. */
  look({ lag, ends, blocksUnderWay }: Standing): number | undefined {
    if (lag === 0 && blocksUnderWay === 0) this.alive();
    const still = this.#options.now() - this.#wellAt;
    // The marker of a transaction is never handed over: a lag that nothing is added to is idleness, however long, and
    // the first message after it has the whole patience.
    const grows = this.#grows(ends) && lag > 0;
    this.#isWaiting = grows || blocksUnderWay > 0;
    if (!this.#isWaiting) this.#wellAt = this.#options.now();
    else if (still >= this.#options.patienceMillis) return still;
    return undefined;
  }

  #grows(ends: ReadonlyMap<number, number>): boolean {
    let grows = false;
    for (const [partition, end] of ends) {
      const then = this.#endsThen.get(partition);
      if (then === undefined) this.#endsThen.set(partition, end);
      else if (end > then) grows = true;
    }
    return grows;
  }
}
