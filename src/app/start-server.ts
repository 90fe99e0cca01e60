// The HTTP server of a process: the collector and the page on one address of the loopback interface.
import Fastify, { type FastifyInstance } from 'fastify';
import { buildWeb } from '../web/build-web.ts';
import type { WebData } from '../web/web-data.ts';
import { type CollectOptions, startCollect } from './collect.ts';
import type { ListenAddress } from './config/settings.ts';
import type { Logger } from './create-logger.ts';

export interface StartServerOptions {
  readonly listen: ListenAddress;
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
  const { listen, collect, data, logger } = options;
  if (collect === undefined && data === undefined) return undefined;
  const app = Fastify({ logger: false, forceCloseConnections: 'idle' });
  if (collect !== undefined) startCollect({ server: app, ...collect });
  if (data !== undefined) {
    const onError = (err: unknown): void => logger.error({ err }, 'the page could not be answered');
    await app.register(buildWeb({ data, onError }));
  }
  await app.listen(listen).catch((error: unknown) => {
    throw explainListen(error, listen);
  });
  return {
    address: `http://${showHost(listen.host)}:${portOf(app) ?? listen.port}`,
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

function explainListen(error: unknown, { host, port }: ListenAddress): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code !== 'EADDRINUSE') return error;
  return new Error(
    `${showHost(host)}:${port} is in use; stop what listens there, or set another "listen" in tidemark.yaml`,
  );
}
