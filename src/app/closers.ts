// What has to be closed, and in which order: roles in the order of flow, the parts that they stand on after them.

interface Closer {
  readonly name: string;
  readonly close: () => Promise<unknown>;
}

export class Closers {
  readonly #flow: Closer[] = [];
  readonly #last: Closer[] = [];
  #closing: Promise<void> | undefined;

  /** Closed after those before it, or before another that is already there. */
  inFlow(name: string, close: Closer['close'], { before }: { readonly before?: string } = {}): void {
    const place = this.#flow.findIndex((closer) => closer.name === before);
    this.#flow.splice(place === -1 ? this.#flow.length : place, 0, { name, close });
  }

  /** Closed after all in flow, the last opened first. */
  last(name: string, close: Closer['close']): void {
    this.#last.unshift({ name, close });
  }

  /** One after the other. Rejects when one does, or after `deadlineMs`, and names which; may be called again. */
  closeAll(deadlineMs: number): Promise<void> {
    this.#closing ??= this.#close(deadlineMs);
    return this.#closing;
  }

  async #close(deadlineMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    let current = '';
    const tooLate = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(new Error(`"${current}" did not stop within ${deadlineMs / 1000} seconds`)),
        deadlineMs,
      );
    });
    tooLate.catch(() => undefined);
    try {
      for (const { name, close } of [...this.#flow, ...this.#last]) {
        current = name;
        await Promise.race([close(), tooLate]);
      }
    } finally {
      clearTimeout(timer);
    }
  }
}
