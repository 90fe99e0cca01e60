// The page and its data over HTTP, as a Fastify plugin. It listens nowhere itself and changes nothing: every route
// only reads.
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { readClientFiles } from './read-client-files.ts';
import type { WebData } from './web-data.ts';

export interface WebOptions {
  readonly data: WebData;
  /** Called with what a request failed with; the browser is told no details. */
  readonly onError: (error: unknown) => void;
  /** Host names under which the page may be asked for. Default: those of the loopback interface. */
  readonly hosts?: readonly string[];
}

const LOOPBACK_HOSTS = ['localhost', '127.0.0.1', '[::1]', '::1'] as const;

const PAGE_HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
} as const;

/**
 * `GET /`, `GET /client/…`, `GET /api/overview`.
 * Answers 403 to foreign host names, so that a website cannot read the page through a name that it points at this
 * machine; 503 when the data cannot be read.
 */
export function buildWeb(options: WebOptions): FastifyPluginAsync {
  return async (web) => {
    const files = await readClientFiles();
    const hosts: readonly string[] = options.hosts ?? LOOPBACK_HOSTS;

    web.addHook('onRequest', async (request, reply) => {
      reply.headers(PAGE_HEADERS);
      if (!hosts.includes(request.hostname)) return refuseHost(request, reply);
    });
    web.setErrorHandler((error, _request, reply) => {
      options.onError(error);
      return reply.code(503).send(unavailable);
    });

    for (const file of files) {
      web.get(file.path, (_request, reply) =>
        reply.header('cache-control', 'no-cache').type(file.type).send(file.content),
      );
    }
    web.get('/api/overview', async (_request, reply) => {
      reply.header('cache-control', 'no-store');
      return options.data.overview();
    });
  };
}

const unavailable = {
  error: 'unavailable',
  message: 'The data could not be read just now. The log of the server says why.',
} as const;

const refuseHost = (request: FastifyRequest, reply: FastifyReply): FastifyReply =>
  reply.code(403).send({
    error: 'host_not_allowed',
    message: `This page is not served as "${request.hostname}". Open it as http://localhost instead.`,
  });
