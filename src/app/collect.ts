// The collect loop: HTTP request ▶ authenticate ▶ decode ▶ publish ▶ answer per item. Its steps stand in
// ingest/collector; here it is given its parts.
import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { admitBrowsers } from '../ingest/collector/admit-browsers.ts';
import { registerCollector } from '../ingest/collector/build-collector.ts';
import type { CollectorOptions } from '../ingest/collector/collector.ts';
import { joinKeys } from '../ingest/collector/write-keys.ts';
import { writeRejected } from '../ingest/write-rejected.ts';
import type { Clock } from '../model/clock.ts';
import type { EventLog } from '../model/event-log.ts';
import type { Store } from '../model/store.ts';
import type { WriteKey } from './config/settings.ts';
import type { Logger } from './create-logger.ts';
import { countKeyUse } from './keys/count-key-use.ts';
import { keepStoredKeys } from './keys/keep-stored-keys.ts';

export interface CollectOptions {
  readonly server: FastifyInstance;
  readonly store: Store;
  readonly log: EventLog;
  /** Of the configuration; those made by commands stand in the store. */
  readonly writeKeys: readonly WriteKey[];
  /** Websites whose pages may send; undefined: any. */
  readonly allowedOrigins: readonly string[] | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly limits: CollectorOptions['limits'];
  readonly onAnswered?: CollectorOptions['onAnswered'];
}

/** A start waits no longer for the keys: until they are there, senders whose keys are not known are told to try again. */
const KEYS_PATIENCE_MS = 2000;

/**
 * Adds the collector's routes to the server, and stops what they need once the server has answered its last request.
 * An answer of 200 means that the events are durable.
 */
export function startCollect(options: CollectOptions): void {
  const { server, store, log, writeKeys, clock, logger } = options;
  const storedKeys = keepStoredKeys({ store, logger });
  const keyUse = countKeyUse({ store, clock, logger, writer: randomUUID() });
  server.addHook('onReady', () => storedKeys.read(KEYS_PATIENCE_MS));
  server.addHook('onClose', async () => {
    await Promise.all([storedKeys.stop(), keyUse.stop()]);
  });
  void server.register(async (scope) => {
    await admitBrowsers(scope, options.allowedOrigins);
    registerCollector(scope, {
      log,
      keys: joinKeys(writeKeys, storedKeys.current),
      clock,
      logger,
      ...(options.limits && { limits: options.limits }),
      onRejected: (items) => writeRejected({ store, log }, items),
      onAnswered: (answered) => {
        keyUse.count(answered);
        options.onAnswered?.(answered);
      },
    });
  });
}
