// The HTTP servers of a process, on the loopback interface: the collector and the page on one address, and metrics and
// health there too, or on an address of their own.
import Fastify, { type FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';
import { buildWeb } from '../web/build-web.ts';
import type { WebData } from '../web/web-data.ts';
import { type CollectOptions, startCollect } from './collect.ts';
import type { ListenAddress } from './config/settings.ts';
import type { Logger } from './create-logger.ts';
import type { Readiness } from './observe/readiness.ts';
import { registerObservation } from './observe/register-observation.ts';

export interface StartServerOptions {
  readonly listen: ListenAddress;
  /** Undefined: metrics are on `listen` where a role listens there, else nowhere. */
  readonly metrics: ListenAddress | undefined;
  readonly registry: Registry;
  readonly readiness: () => Promise<Readiness>;
  /** Undefined without the role `collect`. */
  readonly collect: Omit<CollectOptions, 'server'> | undefined;
  /** Undefined without the role `web`. */
  readonly data: WebData | undefined;
  readonly logger: Logger;
}

export interface RunningServer {
  /** `http://127.0.0.1:8080`. */
  readonly address: string;
  /** Takes no new requests, answers those under way. */
  close(): Promise<void>;
}

/** Undefined when neither role is there. @throws Error that says what to do when the port is taken. */
export async function startServer(options: StartServerOptions): Promise<RunningServer | undefined> {
  const { listen, metrics, registry, readiness, collect, data, logger } = options;
  if (collect === undefined && data === undefined) return undefined;
  const app = Fastify({ logger: false, forceCloseConnections: 'idle' });
  registerObservation(app, { registry: metrics === undefined ? registry : undefined, readiness });
  if (collect !== undefined) startCollect({ server: app, ...collect });
  if (data !== undefined) {
    const onError = (err: unknown): void => logger.error({ err }, 'the page could not be answered');
    await app.register(buildWeb({ data, onError }));
  }
  return listenOn(app, listen, 'set another "listen" in tidemark.yaml');
}

const HOW_TO_SHOW =
  'metrics and health are off: no role of this process listens; set "metrics: 127.0.0.1:9464" in tidemark.yaml, ' +
  'or METRICS_LISTEN=127.0.0.1:9464 in the environment, a port of its own for each process';

/** Undefined, with a line in the log where that leaves none, when no address is configured. @throws as startServer. */
export async function startMetricsServer(
  options: Pick<StartServerOptions, 'metrics' | 'registry' | 'readiness' | 'logger'>,
  mainAddress: string | undefined,
): Promise<RunningServer | undefined> {
  const { metrics, registry, readiness, logger } = options;
  if (metrics === undefined) {
    if (mainAddress === undefined) logger.info(HOW_TO_SHOW);
    return undefined;
  }
  const app = Fastify({ logger: false, forceCloseConnections: 'idle' });
  registerObservation(app, { registry, readiness });
  const server = await listenOn(app, metrics, 'set another "metrics" in tidemark.yaml, or METRICS_LISTEN');
  logger.info(`metrics are at ${server.address}/metrics`);
  return server;
}

async function listenOn(app: FastifyInstance, at: ListenAddress, otherwise: string): Promise<RunningServer> {
  await app.listen(at).catch(async (error: unknown) => {
    // What its routes have begun would keep the process alive.
    await app.close();
    throw explainListen(error, at, otherwise);
  });
  return {
    address: `http://${showHost(at.host)}:${portOf(app) ?? at.port}`,
    close: () => close(app),
  };
}

const LOOK_EVERY_MS = 50;

/**
 * A connection whose request was under way when the server began to close falls idle only afterwards, and would be
 * kept open for its next request for more than a minute: it is closed as soon as its answer is out.
 */
async function close(app: FastifyInstance): Promise<void> {
  const idle = setInterval(() => app.server.closeIdleConnections(), LOOK_EVERY_MS);
  try {
    await app.close();
  } finally {
    clearInterval(idle);
  }
}

const showHost = (host: string): string => (host.includes(':') ? `[${host}]` : host);

function portOf(app: FastifyInstance): number | undefined {
  const bound = app.server.address();
  return typeof bound === 'object' && bound !== null ? bound.port : undefined;
}

function explainListen(error: unknown, { host, port }: ListenAddress, otherwise: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code !== 'EADDRINUSE') return error;
  return new Error(`${showHost(host)}:${port} is in use; stop what listens there, or ${otherwise}`);
}
