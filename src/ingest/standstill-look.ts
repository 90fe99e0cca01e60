// Looks every few seconds whether the log moves and its consumer does not, through another connection than the one that
// consumes: a fetch that hangs says nothing itself.
import { LogError } from '../model/event-log.ts';
import type { IngestLogger } from './ingest-logger.ts';
import type { PartitionPositions } from './partition-positions.ts';
import type { LogEnd } from './read-log-ends.ts';
import type { StandstillWatch } from './standstill-watch.ts';

export interface StandstillLookOptions {
  readonly topic: string;
  readonly logger: IngestLogger;
  readonly readEnds: () => Promise<readonly LogEnd[]>;
  readonly positions: PartitionPositions;
  readonly watch: StandstillWatch;
  /** Between two looks. */
  readonly everyMillis: number;
  readonly blocksUnderWay: () => number;
  /** Told once the consumer has stood still for longer than the watch has patience. */
  readonly fail: (fault: LogError) => void;
}

/** While Kafka does not say where its partitions end, a line so often. */
const LINES_EVERY_MILLIS = 60_000;

export class StandstillLook {
  readonly #options: StandstillLookOptions;
  #next: NodeJS.Timeout | undefined;
  #isOver = false;
  #nextLine = Number.NEGATIVE_INFINITY;

  constructor(options: StandstillLookOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#isOver) return;
    const lookAgain = () => void this.#look().finally(() => this.start());
    this.#next = setTimeout(lookAgain, this.#options.everyMillis).unref();
  }

  stop(): void {
    this.#isOver = true;
    clearTimeout(this.#next);
  }

  async #look(): Promise<void> {
    const { readEnds, positions, watch, blocksUnderWay, topic, fail } = this.#options;
    const ends = await readEnds().catch((error: unknown) => this.#tellBlind(error));
    if (this.#isOver) return;
    // A broker that is away is waited for, by kafkajs too; a new process could do no more.
    if (ends === undefined) return watch.alive();
    for (const { partition, end, next } of ends) {
      positions.sawEnd(partition, end);
      positions.beginsAt(partition, next);
    }
    const { lag = 0, ends: own } = positions;
    const still = watch.look({ lag, ends: own, blocksUnderWay: blocksUnderWay() });
    if (still === undefined) return;
    const text =
      `nothing of ${topic} was stored for ${Math.round(still / 1000)} s: ${lag} messages wait in partitions ` +
      `${[...own.keys()].join(', ')}, ${blocksUnderWay()} blocks are under way, and no server is known to be away; ` +
      'this process is to be started anew, which loses nothing';
    fail(new LogError(text, { retryable: true }));
  }

  /** Undefined in an outage; where it is a right that is missing, only what batches say of the ends is known. */
  #tellBlind(error: unknown): readonly LogEnd[] | undefined {
    const { topic, logger } = this.#options;
    if (performance.now() >= this.#nextLine) {
      this.#nextLine = performance.now() + LINES_EVERY_MILLIS;
      logger.warn(
        { err: error, topic },
        'Kafka does not say where the partitions end: the lag is as old as their last batch, and a standstill may go unnoticed',
      );
    }
    return isRefusal(error) ? [] : undefined;
  }
}

/** Of an access list or of a password: nobody is away, and waiting mends nothing. */
const isRefusal = (error: unknown): boolean =>
  error instanceof Error &&
  /AUTHORIZATION|AUTHENTICATION/i.test(`${error.name} ${'type' in error ? String(error.type) : ''}`);
