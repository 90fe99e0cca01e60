// The ingest loop: block of the log ▶ decode ▶ route ▶ insert ▶ announce changed account-days ▶ acknowledge.
import { randomUUID } from 'node:crypto';
import { FROM_TOPIC, ingestBlock } from '../ingest/ingest-batch.ts';
import type { IngestLogger } from '../ingest/ingest-logger.ts';
import type { Clock } from '../model/clock.ts';
import type { EventLog, LogConsumer } from '../model/event-log.ts';
import type { BatchId } from '../model/ids.ts';
import type { Store } from '../model/store.ts';
import type { Meter } from './meter.ts';

export interface IngestLoopOptions {
  readonly store: Store;
  readonly log: EventLog;
  readonly clock: Clock;
  readonly meter: Meter;
  readonly logger: IngestLogger;
}

/**
 * Consumes until stopped, and waits out a store that is away. `stopped` of the consumer rejects on a fault that only a
 * new process mends: everything that was not acknowledged is then delivered again, and the tables' keys make the same
 * rows of it.
 */
export function startIngest({ store, log, clock, meter, logger }: IngestLoopOptions): Promise<LogConsumer> {
  const dependencies = { store, log, clock, newBatchId, logger };
  return log.consume(async (block, signal, waits) => {
    // Rows first, the announcement after them, both within; the log acknowledges when this resolves. The order and
    // what a crash between costs stand in ingest/write-batch.ts.
    const counts = await ingestBlock(dependencies, block, { ...FROM_TOPIC, signal, onWait: waits });
    meter.add(counts.events);
  });
}

export const newBatchId = (): BatchId => randomUUID() as BatchId;
