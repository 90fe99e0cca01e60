// A collector as `tidemark up --roles collect` runs it, before a Kafka and a store.

import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../../../src/app/system-clock.ts';
import { buildCollector } from '../../../src/ingest/collector/build-collector.ts';
import { configuredKeys } from '../../../src/ingest/collector/write-keys.ts';
import { createKafkaLog } from '../../../src/ingest/kafka-log.ts';
import { writeRejected } from '../../../src/ingest/write-rejected.ts';
import { type EventLog, LogError } from '../../../src/model/event-log.ts';
import { PARTITIONS } from '../kill-consumer/place.ts';
import type { Database } from '../kill-consumer/project.ts';

export const WRITE_KEY = 'faults-write-key';

export interface RunningCollector {
  readonly address: string;
  stop(): Promise<void>;
}

export async function startCollector(
  database: Database,
  brokers: readonly string[],
): Promise<RunningCollector> {
  const logger = { info: () => {}, warn: () => {}, error: () => {} };
  const { name, store } = database;
  const log = await insist(() =>
    createKafkaLog({ brokers, prefix: `${name}.`, partitions: PARTITIONS, logger }),
  );
  const app = buildCollector({
    log,
    keys: configuredKeys([{ name: 'faults', key: WRITE_KEY }]),
    clock: systemClock,
    logger,
    onRejected: (items) => writeRejected({ store, log }, items),
  });
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    address,
    stop: async () => {
      await app.close();
      await log.close();
    },
  };
}

const ATTEMPTS = 5;

/** As a supervisor does: a broker that has just begun may not know its topics yet. */
async function insist(create: () => Promise<EventLog>): Promise<EventLog> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await create();
    } catch (error) {
      if (!(error instanceof LogError && error.retryable) || attempt === ATTEMPTS) throw error;
      await sleep(1_000);
    }
  }
}
