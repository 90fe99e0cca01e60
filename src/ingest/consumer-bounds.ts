// What a consumer of Kafka may have in hands at once, and what it says of it. Each figure was measured: see
// docs/decisions/0018.
import type { BlockLimits } from './block-gatherer.ts';

const MIB = 1024 * 1024;

/** One is inserted while the next one is parsed. */
export const BLOCKS_AT_ONCE = 2;

/** Blocks of 10,000 to 100,000 rows are inserted equally fast; smaller ones are in the tables sooner. */
export const BLOCK_LIMITS: BlockLimits = { maxMessages: 20_000, maxBytes: 8 * MIB };

/** As Kafka keeps them: compressed ones unpack to several times as much, all of a fetch at once. */
export const BYTES_PER_PARTITION = MIB;
export const BYTES_PER_FETCH = 32 * MIB;

/** The broker waits this long for `GATHERED_BYTES`, so that a trickle does not become a flood of tiny inserts. */
export const GATHER_MILLIS = 100;
export const GATHERED_BYTES = MIB;

/** What is under way, and what is gathered behind it. */
export const MOST_BYTES_IN_BLOCKS = (BLOCKS_AT_ONCE + 1) * BLOCK_LIMITS.maxBytes;

/** For people, at the start. */
export const sayBounds = (): string =>
  `at most ${MOST_BYTES_IN_BLOCKS / MIB} MiB of messages in flight, in blocks of ${BLOCK_LIMITS.maxMessages} messages ` +
  `or ${BLOCK_LIMITS.maxBytes / MIB} MiB; before them one fetch of each broker, of ${BYTES_PER_PARTITION / MIB} MiB a partition ` +
  `and ${BYTES_PER_FETCH / MIB} MiB in all as Kafka keeps them`;
