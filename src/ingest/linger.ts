// Gathers single requests into one: waits a moment for company, then hands over everything that has come.

export interface LingerOptions<Item> {
  /** Resolving or rejecting settles every `add` whose items were in it. Never called twice at once. */
  readonly flush: (items: readonly Item[]) => Promise<void>;
  /** How long the first item waits for others. */
  readonly lingerMillis: number;
  /** Items that make a flush start at once. */
  readonly maxItems: number;
}

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export class Linger<Item> {
  readonly #options: LingerOptions<Item>;
  #items: Item[] = [];
  #inFlush = 0;
  #waiting: Waiting[] = [];
  #timer: NodeJS.Timeout | undefined;
  #flushing: Promise<void> | undefined;

  constructor(options: LingerOptions<Item>) {
    this.#options = options;
  }

  /** Items added whose flush has not begun. */
  get pending(): number {
    return this.#items.length;
  }

  /** Items added whose flush has not ended. */
  get unsettled(): number {
    return this.#items.length + this.#inFlush;
  }

  /** Settles as the flush does that carries `items`. */
  add(items: readonly Item[]): Promise<void> {
    if (items.length === 0) return Promise.resolve();
    const settled = new Promise<void>((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
    });
    for (const item of items) this.#items.push(item);
    this.#schedule();
    return settled;
  }

  /** Flushes what waits without lingering, and resolves when nothing is left; never rejects. */
  async drain(): Promise<void> {
    while (this.#items.length > 0 || this.#flushing !== undefined) {
      this.#start();
      await this.#flushing;
    }
  }

  #schedule(): void {
    if (this.#flushing !== undefined) return;
    if (this.#items.length >= this.#options.maxItems) this.#start();
    else this.#timer ??= setTimeout(() => this.#start(), this.#options.lingerMillis);
  }

  #start(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#flushing !== undefined || this.#items.length === 0) return;
    this.#flushing = this.#flush().finally(() => {
      this.#flushing = undefined;
      // What came meanwhile has lingered long enough.
      this.#start();
    });
  }

  async #flush(): Promise<void> {
    const items = this.#items;
    const waiting = this.#waiting;
    this.#items = [];
    this.#waiting = [];
    this.#inFlush = items.length;
    try {
      await this.#options.flush(items);
      for (const one of waiting) one.resolve();
    } catch (error) {
      for (const one of waiting) one.reject(error);
    } finally {
      this.#inFlush = 0;
    }
  }
}
