// The collect loop: HTTP request ▶ authenticate ▶ decode ▶ publish ▶ answer per item. Its steps stand in
// ingest/collector; here it is given its parts.
import type { FastifyInstance } from 'fastify';
import { registerCollector } from '../ingest/collector/build-collector.ts';
import { configuredKeys } from '../ingest/collector/write-keys.ts';
import { writeRejected } from '../ingest/write-rejected.ts';
import type { Clock } from '../model/clock.ts';
import type { EventLog } from '../model/event-log.ts';
import type { Store } from '../model/store.ts';
import type { WriteKey } from './config/settings.ts';
import type { Logger } from './create-logger.ts';

export interface CollectOptions {
  readonly server: FastifyInstance;
  readonly store: Store;
  readonly log: EventLog;
  readonly writeKeys: readonly WriteKey[];
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Adds the collector's routes to the server. An answer of 200 means that the events are durable. */
export function startCollect({ server, store, log, writeKeys, clock, logger }: CollectOptions): void {
  registerCollector(server, {
    log,
    keys: configuredKeys(writeKeys),
    clock,
    logger,
    onRejected: (items) => writeRejected({ store, log }, items),
  });
}
