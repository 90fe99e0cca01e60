// How far each partition that a consumer has is filled and acknowledged: what its lag is, and whether its log grows.

export class PartitionPositions {
  #own: readonly number[] | undefined;
  readonly #ends = new Map<number, number>();
  readonly #positions = new Map<number, number>();

  get partitions(): number {
    return this.#own?.length ?? 0;
  }

  has(partition: number): boolean {
    return this.#own?.includes(partition) ?? false;
  }

  /** Of those that were taken away another knows more by the time they come back. */
  assign(partitions: readonly number[]): void {
    this.#own = partitions;
    for (const known of this.#positions.keys())
      if (!partitions.includes(known)) this.#positions.delete(known);
  }

  /** `end` is the offset that the next message will get. */
  sawEnd(partition: number, end: number): void {
    this.#ends.set(partition, end);
  }

  /** Where it begins, unless that is known. */
  beginsAt(partition: number, offset: number): void {
    if (!this.#positions.has(partition)) this.#positions.set(partition, offset);
  }

  acknowledged(partition: number, nextOffset: number): void {
    this.#positions.set(partition, nextOffset);
  }

  /** Messages of its partitions that are not acknowledged; undefined as long as nothing of one of them is known. */
  get lag(): number | undefined {
    let sum: number | undefined = this.#own?.length === 0 ? 0 : undefined;
    for (const partition of this.#own ?? []) {
      const end = this.#ends.get(partition);
      const position = this.#positions.get(partition);
      if (end !== undefined && position !== undefined) sum = (sum ?? 0) + Math.max(0, end - position);
    }
    return sum;
  }

  /** Of the partitions that it has, as far as they are known. */
  get ends(): ReadonlyMap<number, number> {
    return new Map((this.#own ?? []).flatMap((own) => pairOf(own, this.#ends.get(own))));
  }
}

const pairOf = (partition: number, end: number | undefined): readonly (readonly [number, number])[] =>
  end === undefined ? [] : [[partition, end]];
