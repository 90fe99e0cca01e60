// Opens the parts that a process stands on: ClickHouse, the event log, the delivery queue. Each is a server where one
// is configured, else embedded; this is the only file that knows which.
import { existsSync } from 'node:fs';

import { createDirectLog } from '../ingest/direct-log.ts';
import type { Clock } from '../model/clock.ts';
import type { DeliveryQueue } from '../model/delivery-queue.ts';
import type { EventLog } from '../model/event-log.ts';
import { type Store, StoreError } from '../model/store.ts';
import { openInProcessQueue, type QueueFault } from '../sinks/in-process-queue.ts';
import { openStore, type StoreOptions } from '../store/clickhouse-store.ts';
import { launchEngine } from '../store/engine/launch-engine.ts';
import type { WantedReader } from '../store/engine/reader-place.ts';
import { migrate } from '../store/migrate.ts';
import { readSchemaState, type SchemaState } from '../store/read-schema-state.ts';
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
export async function openProjectStore(options: PartsOptions): Promise<OpenedStore> {
  const place = await findStore(options, true);
  try {
    await migrate({ connect: place.owner, now: options.clock.now() });
  } catch (error) {
    place.release();
    throw error;
  }
  const store = openStore(place.owner);
  return { store, label: place.label, lost: place.lost, close: () => closeStore(store, place) };
}

export interface OpenedToRead {
  readonly store: Store;
  /** For people, when there is something to know about what they will read. */
  readonly notice: string | undefined;
  close(): Promise<void>;
}

/**
 * Makes and changes nothing. `as` the reader, SQL of people takes none of the owner's sessions of an embedded engine.
 * @throws StoreError when there is no database of this version yet, with what makes one.
 */
export async function openStoreToRead(
  options: PartsOptions & { readonly as: 'owner' | 'reader' },
): Promise<OpenedToRead> {
  const { servers, dataDir } = options.settings;
  // A mistyped --data is not to become a folder.
  if (servers.clickhouseUrl === undefined && !existsSync(dataDir)) throw notYet(`no folder ${dataDir}`);
  const place = await findStore(options, false);
  const store = openStore(place[options.as]);
  try {
    const state = await readSchemaState(store);
    return { store, notice: explainState(state, servers.prefix), close: () => closeStore(store, place) };
  } catch (error) {
    await closeStore(store, place);
    throw error;
  }
}

const MADE_BY = '"tidemark up", "tidemark events import", "tidemark keys create" and "tidemark rules apply"';

const notYet = (what: string): StoreError =>
  new StoreError(`there is ${what} yet; ${MADE_BY} make it`, { code: undefined, retryable: false });

function explainState(state: SchemaState, database: string): string | undefined {
  if (state.is === 'missing') throw notYet(`no database ${database}`);
  if (state.is === 'older')
    throw new StoreError(
      `database ${database} was made by an older version of Tidemark, without migration ${state.pending.join(', ')}; ` +
        `${MADE_BY} of this version bring it up to date`,
      { code: undefined, retryable: false },
    );
  if (state.is === 'current') return undefined;
  return `database ${database} was made by a newer version of Tidemark, with migration ${state.unknown.join(', ')}; what is read here may be incomplete`;
}

export interface ReaderConnection {
  /** Of a server without its credentials, which may be those of a user who writes. */
  readonly url: string;
  readonly database: string;
  /** Undefined for a server: its administrator knows. */
  readonly user: { readonly username: string; readonly password: string } | undefined;
  /** Lets the engine go. */
  close(): void;
}

/** How a person's client reads this project. @throws StoreError when the engine cannot serve readers as configured. */
export async function openReaderConnection(options: PartsOptions): Promise<ReaderConnection> {
  const place = await findStore(options, true);
  const { url, username, password, database } = place.reader;
  const user = username === undefined || password === undefined ? undefined : { username, password };
  const shown = new URL(url);
  shown.username = '';
  shown.password = '';
  return { url: shown.href.replace(/\/$/, ''), database, user, close: place.release };
}

interface StorePlace {
  readonly owner: StoreOptions;
  /** The same as the owner where there is a server. */
  readonly reader: StoreOptions;
  readonly label: string;
  readonly lost: Promise<never>;
  release(): void;
}

/** `telling` an embedded engine of its configuration; who only reads takes it as it is. */
async function findStore({ settings, engineCommand }: PartsOptions, telling: boolean): Promise<StorePlace> {
  const { clickhouseUrl, prefix: database } = settings.servers;
  if (clickhouseUrl !== undefined) {
    const owner = { url: clickhouseUrl, database };
    const label = `ClickHouse at ${new URL(clickhouseUrl).host}`;
    return { owner, reader: owner, label, lost: new Promise(() => undefined), release: () => undefined };
  }
  const engine = await launchEngine({
    dataDir: settings.dataDir,
    command: engineCommand(settings.dataDir),
    reader: telling ? wantedReader(settings) : undefined,
  });
  const { url, username, password } = engine;
  return {
    owner: { url, username, password, database },
    reader: { ...engine.reader, database },
    label: 'embedded ClickHouse',
    lost: engine.lost,
    release: engine.release,
  };
}

function wantedReader({ reader }: Settings): WantedReader | undefined {
  if (reader === 'unknown') return undefined;
  return reader === 'automatic' ? reader : { ...reader.listen, password: reader.password };
}

async function closeStore(store: Store, place: StorePlace): Promise<void> {
  await store.close();
  place.release();
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
