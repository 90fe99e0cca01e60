// `tidemark doctor`: looks at every part of a project at once, each with a limit, and goes on whatever one comes to. It
// makes and changes nothing.
import type { Clock } from '../../model/clock.ts';
import type { Settings } from '../config/settings.ts';
import { examineProgress } from './examine-progress.ts';
import { examineDisk, examineKeys, examineRules, examineSinks, type ReadStore } from './examine-project.ts';
import { examineReader } from './examine-reader.ts';
import { examineStore } from './examine-store.ts';
import { type Examination, examineAll, type Finding, within } from './finding.ts';
import { type ExaminedStore, openToExamine } from './open-to-examine.ts';

export interface DoctorOptions {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly engineCommand: (dataDir: string) => readonly string[];
  /** Milliseconds that a part may take. Default 10,000; all of it ends in three times that. */
  readonly patienceMs?: number;
}

const PATIENCE_MS = 10_000;
/** It is on this machine. */
const READER_PATIENCE_MS = 2_000;

/** In a fixed order. Never rejects for what it finds. */
export async function runDoctor(options: DoctorOptions): Promise<readonly Finding[]> {
  const patienceMs = options.patienceMs ?? PATIENCE_MS;
  const [database, servers] = await Promise.all([
    examineDatabase(options, patienceMs),
    examineAll(serversOf(options.settings, patienceMs), patienceMs),
  ]);
  return [...database.ofStore, ...servers, ...database.ofProject];
}

const NO_STORE: Record<'server' | 'embedded', string> = {
  server: 'check that ClickHouse runs and CLICKHOUSE_URL: address, user, and password',
  embedded:
    'see engine.log in the data folder, and "tidemark doctor" once more when nothing else uses the folder',
};

async function examineDatabase(options: DoctorOptions, patienceMs: number) {
  const { settings } = options;
  const kind = settings.servers.clickhouseUrl === undefined ? 'embedded' : 'server';
  let opened: ExaminedStore | undefined;
  let isReadable = false;
  const look = async (): Promise<readonly Finding[]> => {
    opened = await openToExamine({ ...options, patienceMs });
    if (opened === undefined) return [noData(settings.dataDir)];
    const { findings, ...read } = await examineStore(opened, settings.servers.prefix);
    isReadable = read.isReadable;
    const { readerUrl } = opened;
    return readerUrl === undefined
      ? findings
      : [...findings, await examineReader(readerUrl, READER_PATIENCE_MS)];
  };
  try {
    const todo = NO_STORE[kind];
    const ofStore = await examineAll([{ check: 'ClickHouse', examine: look, todo }], patienceMs);
    const hasNoData = ofStore.every(({ status }) => status !== 'fail') && !isReadable;
    const store = (isReadable ? opened?.store : undefined) ?? (hasNoData ? 'empty' : 'unread');
    const ofProject = await examineAll(partsOf(options, store), patienceMs);
    return { ofStore, ofProject };
  } finally {
    await within(patienceMs, opened?.close() ?? Promise.resolve()).catch(() => undefined);
  }
}

const noData = (dataDir: string): Finding => ({
  check: 'ClickHouse',
  status: 'warn',
  found: `no data yet: ${dataDir} has no embedded engine`,
  todo: '"tidemark up" makes it; if there should be one, check --data, or "data" in tidemark.yaml',
});

type Looks = readonly (Examination & { readonly todo: string })[];

function partsOf({ settings, clock }: DoctorOptions, store: ReadStore): Looks {
  const { timezone, dataDir, servers } = settings;
  const progress = {
    check: 'progress',
    examine: async () => (typeof store === 'string' ? [] : examineProgress({ store, clock, timezone })),
    todo: 'the tables could not be read: see the log of ClickHouse',
  };
  const looks: Looks = [
    progress,
    {
      check: 'rules',
      examine: async () => [await examineRules(settings, store)],
      todo: 'make the folder, or name another as "rules" in tidemark.yaml',
    },
    { check: 'write keys', examine: async () => [await examineKeys(settings, store)], todo: NO_STORE.server },
    { check: 'sinks', examine: async () => [examineSinks(settings)], todo: 'check tidemark.yaml' },
  ];
  if (servers.clickhouseUrl !== undefined) return looks;
  const disk = {
    check: 'disk',
    examine: async () => [await examineDisk(dataDir)],
    todo: 'check the data folder',
  };
  return [...looks, disk];
}

function serversOf({ servers }: Settings, patienceMs: number): Looks {
  const { kafkaBrokers: brokers, redisUrl: url, prefix } = servers;
  const kafka = brokers && {
    check: 'Kafka',
    examine: async () => {
      // Loaded only where they are used: each takes a tenth of a second.
      const { examineKafka } = await import('./examine-kafka.ts');
      return examineKafka({ brokers, prefix: `${prefix}.`, patienceMs });
    },
    todo: 'check that Kafka runs and KAFKA_BROKERS: host:port of each, as brokers name themselves in advertised.listeners',
  };
  const redis = url && {
    check: 'Redis',
    examine: async () => {
      const { examineRedis } = await import('./examine-redis.ts');
      return examineRedis({ url, prefix, patienceMs });
    },
    todo: 'check that Redis runs and REDIS_URL; no signal is lost meanwhile, but none is sent',
  };
  return [...(kafka ? [kafka] : []), ...(redis ? [redis] : [])];
}
