// Reads tidemark.yaml from disk and puts it together with the environment and the flags.
import { readFile } from 'node:fs/promises';
import { dirname, isAbsolute, relative, resolve } from 'node:path';
import type { Problem } from '../../model/problem.ts';
import type { SinkConfig } from '../../sinks/sink-config.ts';
import { urlSecrets } from '../../sinks/url-secrets.ts';
import { listenSchema } from './config-schema.ts';
import { readConfig } from './read-config.ts';
import { serverSecrets } from './server-secrets.ts';
import type { Config, ListenAddress, Servers, Settings } from './settings.ts';

interface SettingsFlags {
  /** `--config`; without it ./tidemark.yaml, which need not be there. */
  readonly config?: string | undefined;
  /** `--data`, relative to the working directory. */
  readonly data?: string | undefined;
}

export interface LoadSettingsOptions {
  readonly flags: SettingsFlags;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly workingDirectory: string;
  /** Default false: only `up` sends and collects. */
  readonly needsSecrets?: boolean;
}

/** Everything that is wrong with the configuration. `text` is the file's, for marks under its lines. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly Problem[];
  readonly sources: Readonly<Record<string, string>>;

  constructor(
    message: string,
    problems: readonly Problem[] = [],
    sources: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.problems = problems;
    this.sources = sources;
  }
}

const DEFAULT_FILE = 'tidemark.yaml';

/** Paths in the file are relative to it. @throws ConfigError with every problem. */
export async function loadSettings(options: LoadSettingsOptions): Promise<Settings> {
  const { flags, environment, workingDirectory, needsSecrets = false } = options;
  const path = resolve(workingDirectory, flags.config ?? DEFAULT_FILE);
  const text = await readIfThere(path, flags.config !== undefined);
  const file = relative(workingDirectory, path) || path;
  const read = readConfig({ file, text: text ?? '', environment, needsSecrets });
  if (!read.ok) throw new ConfigError(`${file} cannot be used`, read.problems, { [file]: text ?? '' });
  const home = dirname(path);
  const { rules, data, ...config } = read.config;
  return {
    ...config,
    sinks: placeFiles(config.sinks, home),
    configFile: text === undefined ? undefined : path,
    rulesDir: resolve(home, rules),
    dataDir: flags.data === undefined ? resolve(home, data) : resolve(workingDirectory, flags.data),
    metrics: readMetricsListen(environment.METRICS_LISTEN) ?? config.metrics,
    secrets: [...config.secrets, ...serverSecrets(environment), ...receivers(config.sinks)],
    servers: readServers(environment),
  };
}

/** Processes of one tidemark.yaml on one machine each need a port of their own. */
function readMetricsListen(text: string | undefined): ListenAddress | undefined {
  if (text === undefined || text === '') return undefined;
  const parsed = listenSchema.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new ConfigError(`METRICS_LISTEN: ${parsed.error.issues[0]?.message ?? 'not an address'}`);
}

async function readIfThere(path: string, mustBeThere: boolean): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' && !mustBeThere) return undefined;
    throw new ConfigError(`${path}: cannot be read (${String(code)}); check the path given with --config`);
  }
}

/** The address of a hook may be all that it asks for. */
const receivers = (sinks: Config['sinks']): readonly string[] =>
  [...sinks.values()].flatMap((sink) => (sink.type === 'webhook' ? urlSecrets(sink.url) : []));

const placeFiles = (sinks: Config['sinks'], home: string): Config['sinks'] =>
  new Map([...sinks].map(([name, sink]) => [name, placeFile(sink, home)]));

const placeFile = (sink: SinkConfig, home: string): SinkConfig =>
  sink.type === 'file' && !isAbsolute(sink.path) ? { ...sink, path: resolve(home, sink.path) } : sink;

const PREFIX = /^[a-z][a-z0-9_]{0,40}$/;

function readServers(environment: Readonly<Record<string, string | undefined>>): Servers {
  const { CLICKHOUSE_URL, KAFKA_BROKERS, REDIS_URL, TIDEMARK_PREFIX } = environment;
  const prefix = TIDEMARK_PREFIX || 'tidemark';
  if (!PREFIX.test(prefix)) {
    throw new ConfigError(
      `TIDEMARK_PREFIX "${prefix}": write lower-case letters, digits and _, a letter first, at most 41`,
    );
  }
  for (const [name, url] of Object.entries({ CLICKHOUSE_URL, REDIS_URL })) {
    if (url && !URL.canParse(url))
      throw new ConfigError(`${name} is not a URL; write it as scheme://host:port`);
  }
  const brokers = (KAFKA_BROKERS ?? '')
    .split(',')
    .map((broker) => broker.trim())
    .filter((broker) => broker !== '');
  return {
    clickhouseUrl: CLICKHOUSE_URL || undefined,
    kafkaBrokers: brokers.length === 0 ? undefined : brokers,
    redisUrl: REDIS_URL || undefined,
    prefix,
  };
}
