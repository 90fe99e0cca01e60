// What a process runs with: tidemark.yaml, the environment and the flags of the command line, put together.
import type { CollectorLimits } from '../../ingest/collector/collector-limits.ts';
import type { SinkName } from '../../model/ids.ts';
import type { TimeZone } from '../../model/time.ts';
import type { SinkConfig } from '../../sinks/sink-config.ts';

/** What tidemark.yaml says, checked; paths are still as written. */
export interface Config {
  readonly timezone: TimeZone;
  readonly rules: string;
  readonly data: string;
  readonly listen: ListenAddress;
  /** Of `/metrics` and health alone; undefined leaves them on `listen`, where a role listens there. */
  readonly metrics: ListenAddress | undefined;
  /** Months that raw events are kept; undefined keeps them forever. */
  readonly retentionMonths: number | undefined;
  readonly writeKeys: readonly WriteKey[];
  /** Of all that the file has, those left out for want of their variables too. */
  readonly writeKeyNames: readonly string[];
  /** Websites whose browsers may send events, such as https://app.example.com; undefined: any. */
  readonly allowedOrigins: readonly string[] | undefined;
  /** Of the collector; what is not set has its default. */
  readonly limits: Partial<CollectorLimits>;
  readonly reader: ReaderPort;
  readonly sinks: ReadonlyMap<SinkName, SinkConfig>;
  /** Of all that the file has, those left out for want of their secrets too. */
  readonly sinkNames: readonly string[];
  /** Sinks by kind of rule, for rules without a `notify` of their own. */
  readonly routes: ReadonlyMap<string, readonly SinkName[]>;
  /** Values that came from the environment by `${NAME}`, and credentials of servers, to be blotted out of logs. */
  readonly secrets: readonly string[];
}

export interface ListenAddress {
  /** A loopback address. */
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
}

/**
 * Where the embedded engine serves its read-only user: where it likes, or as written; unknown to a command that does
 * without the password, which leaves it as it is.
 */
type ReaderPort = 'automatic' | 'unknown' | ReaderAccess;

interface ReaderAccess {
  readonly listen: ListenAddress;
  readonly password: string;
}

export interface WriteKey {
  readonly name: string;
  readonly key: string;
}

export interface Settings extends Omit<Config, 'rules' | 'data'> {
  /** Undefined when there is no tidemark.yaml. */
  readonly configFile: string | undefined;
  /** Absolute. */
  readonly rulesDir: string;
  /** Absolute. */
  readonly dataDir: string;
  readonly servers: Servers;
}

/** Each is chosen on its own; undefined means embedded. */
export interface Servers {
  readonly clickhouseUrl: string | undefined;
  readonly kafkaBrokers: readonly string[] | undefined;
  readonly redisUrl: string | undefined;
  /** In the names of database, topics, group and queues, so that environments can share servers. */
  readonly prefix: string;
}
