// Tells a batch that follows on what a consumer has from one that leaves messages out. kafkajs may join its group anew
// while answers of other brokers wait their turn: those begin behind messages that the join made the consumer drop,
// and to go on from them would commit past what nobody has stored.

export class FetchPositions {
  /** Every message before it is acknowledged, as far as this process knows. */
  readonly #settled = new Map<number, number>();
  /** Every message before it is in hand or acknowledged, since the partitions were assigned. */
  readonly #reached = new Map<number, number>();
  /** Read from `#reached` on at our own word, so that what comes next has no gap that was not in the log. */
  readonly #sought = new Set<number>();

  /** The partitions were assigned anew: what was in hand is dropped. */
  renew(): void {
    this.#reached.clear();
    this.#sought.clear();
  }

  /**
   * Whether a batch that was asked for from `offset` on leaves nothing out. True for a partition that never was in
   * hand; false where only the group's committed offset can tell.
   */
  follows(partition: number, offset: number): boolean {
    const known = this.#reached.get(partition) ?? this.#settled.get(partition);
    return known === undefined || offset <= known;
  }

  /** A batch from `offset` on is taken, which follows or of which the group has committed what lies before. */
  begin(partition: number, offset: number): void {
    // Lower than what is known: it is delivered again, or the topic was made anew.
    this.#settled.set(partition, Math.min(this.#settled.get(partition) ?? offset, offset));
    this.#reached.set(partition, offset);
    this.#sought.delete(partition);
  }

  /** Everything before `next` is in hand, or none of ours, such as the marker of a transaction. */
  reach(partition: number, next: number): void {
    this.#reached.set(partition, next);
  }

  /** kafkajs has passed over a whole batch, of transactions that were broken off; it had no message for us. */
  passOver(partition: number, first: number, last: number): void {
    const known = this.#reached.get(partition) ?? this.#settled.get(partition);
    if (known === undefined || last < known) return;
    if (first <= known || this.#sought.has(partition)) this.#reached.set(partition, last + 1);
  }

  acknowledge(partition: number, next: number): void {
    this.#settled.set(partition, next);
  }

  /** From where the partition is to be read again, given what the group has committed. */
  seek(partition: number, committed: number): number {
    const from = this.#reached.get(partition) ?? committed;
    this.#reached.set(partition, from);
    this.#sought.add(partition);
    return from;
  }
}
