// Opens the parts that a process stands on: ClickHouse, the event log, the delivery queue. Each is a server where one
// is configured, else embedded; this is the only file that knows which.

import { createDirectLog } from '../ingest/direct-log.ts';
import type { Clock } from '../model/clock.ts';
import type { DeliveryQueue } from '../model/delivery-queue.ts';
import type { EventLog } from '../model/event-log.ts';
import type { Store } from '../model/store.ts';
import { openInProcessQueue, type QueueFault } from '../sinks/in-process-queue.ts';
import { openStore } from '../store/clickhouse-store.ts';
import { launchEngine } from '../store/engine/launch-engine.ts';
import { migrate } from '../store/migrate.ts';
import type { Settings } from './config/settings.ts';
import type { Logger } from './create-logger.ts';

export interface PartsOptions {
  readonly settings: Settings;
  readonly clock: Clock;
  /** The command that serves the embedded engine on a data directory. */
  readonly engineCommand: (dataDir: string) => readonly string[];
}

export interface OpenedStore {
  readonly store: Store;
  /** For people: `embedded`, or the server's address. */
  readonly label: string;
  /** Rejects when the embedded engine died and did not come back. Never resolves. */
  readonly lost: Promise<never>;
  close(): Promise<void>;
}

/** Migrated to this version's schema. @throws StoreError when ClickHouse cannot be reached or started. */
export async function openProjectStore({
  settings,
  clock,
  engineCommand,
}: PartsOptions): Promise<OpenedStore> {
  const { clickhouseUrl, prefix: database } = settings.servers;
  const engine =
    clickhouseUrl === undefined
      ? await launchEngine({ dataDir: settings.dataDir, command: engineCommand(settings.dataDir) })
      : undefined;
  const connect =
    engine === undefined
      ? { url: clickhouseUrl ?? '', database }
      : { url: engine.url, username: engine.username, password: engine.password, database };
  await migrate({ connect, now: clock.now() });
  const store = openStore(connect);
  return {
    store,
    label: engine === undefined ? `ClickHouse at ${new URL(connect.url).host}` : 'embedded ClickHouse',
    lost: engine?.lost ?? new Promise<never>(() => undefined),
    close: async () => {
      await store.close();
      engine?.release();
    },
  };
}

export interface OpenedLog {
  readonly log: EventLog;
  readonly label: string;
  /** True when events published here must be consumed by this very process. */
  readonly direct: boolean;
}

/** @throws LogError when no broker answers. */
export async function openEventLog(options: {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly logger: Logger;
}): Promise<OpenedLog> {
  const { kafkaBrokers, prefix } = options.settings.servers;
  if (kafkaBrokers === undefined) {
    return { log: createDirectLog({ clock: options.clock }), label: 'direct', direct: true };
  }
  // Loaded only where it is used: kafkajs and its codecs take a tenth of a second.
  const { createKafkaLog } = await import('../ingest/kafka-log.ts');
  const log = await createKafkaLog({
    brokers: kafkaBrokers,
    prefix: `${prefix}.`,
    partitions: DEFAULT_PARTITIONS,
    logger: options.logger,
  });
  return { log, label: 'Kafka', direct: false };
}

/** Of a topic that we create: how many ingesters may share it. */
const DEFAULT_PARTITIONS = 6;

export interface OpenedQueue {
  readonly queue: DeliveryQueue;
  readonly label: string;
}

export async function openDeliveryQueue(options: {
  readonly settings: Settings;
  readonly logger: Logger;
}): Promise<OpenedQueue> {
  const { redisUrl, prefix } = options.settings.servers;
  const onFault = ({ key, error }: QueueFault): void =>
    options.logger.error({ err: error, ...key }, 'the delivery queue met a fault and goes on');
  if (redisUrl === undefined) return { queue: openInProcessQueue({ onFault }), label: 'in process' };
  const { openBullmqQueue } = await import('../sinks/bullmq-queue.ts');
  return { queue: openBullmqQueue({ redisUrl, prefix, onFault }), label: 'Redis' };
}

/** Microseconds that an evaluation stays behind now, for clocks and inserts of other processes to settle. */
const SETTLE_MICROS = 1_000_000;

/** Undefined where one process stamps and stores: then the last acknowledged batch is the bound. */
export const settleOf = ({ servers }: Settings): number | undefined =>
  servers.clickhouseUrl === undefined && servers.kafkaBrokers === undefined ? undefined : SETTLE_MICROS;
