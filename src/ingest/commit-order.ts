// Which offset of a partition may be committed: batches finish in any order, commits must not pass an unfinished one.

export interface BatchInFlight {
  readonly partition: number;
  /** The offset to commit: one past the batch's last message. */
  readonly nextOffset: number;
  /** Counts assignments; work begun under an earlier one must not be committed, the partition may be another's. */
  readonly generation: number;
}

interface Entry extends BatchInFlight {
  finished: boolean;
}

export class CommitOrder {
  readonly #entries = new Map<number, Entry[]>();

  /** In the order in which batches of a partition are handed out. */
  begin(batch: BatchInFlight): BatchInFlight {
    const entry: Entry = { ...batch, finished: false };
    const queue = this.#entries.get(batch.partition);
    if (queue === undefined) this.#entries.set(batch.partition, [entry]);
    else queue.push(entry);
    return entry;
  }

  /**
   * The offset that may now be committed, if any: of the last batch before the first unfinished one.
   * Work of earlier generations still holds later work back, since its messages may be only in its own hands.
   */
  finish(begun: BatchInFlight, currentGeneration: number): number | undefined {
    const queue = this.#entries.get(begun.partition) ?? [];
    for (const entry of queue) if (entry === begun) entry.finished = true;
    let committable: number | undefined;
    while (queue[0]?.finished === true) {
      if (queue[0].generation === currentGeneration) committable = queue[0].nextOffset;
      queue.shift();
    }
    return committable;
  }
}
