// Lets pages of other websites send events from their visitors' browsers (CORS). Only to the collector's own paths:
// what a browser may not ask of the rest of the server stays so.
import cors from '@fastify/cors';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { refuseRequest } from './request-refusal.ts';

/** How long a browser may remember that it may send, in seconds: the longest that Chrome does. */
const REMEMBERED_SECONDS = 7200;

/**
 * For the routes that are registered in `scope` afterwards. Without `allowedOrigins` any website may send: a write key
 * stands in its pages for everybody to see, and opens nothing but this. No cookies are taken, so that a browser lends
 * a website nothing that the website does not have itself.
 */
export async function admitBrowsers(
  scope: FastifyInstance,
  allowedOrigins: readonly string[] | undefined,
): Promise<void> {
  const paths = new Set<string>();
  scope.addHook('onRoute', ({ method, url }) => {
    if (method === 'POST') paths.add(plainPath(url));
  });
  const isAllowed = ({ headers }: FastifyRequest): boolean =>
    headers.origin === undefined || (allowedOrigins?.includes(headers.origin) ?? true);
  // A browser asks before it sends JSON, and not before it sends text, which is taken as well.
  scope.addHook('onRequest', async (request) => {
    if (request.method !== 'OPTIONS' && !isAllowed(request)) throw refuseOrigin(request.headers.origin);
  });
  await scope.register(cors, {
    delegator: (request, callback) => {
      // The plugin answers OPTIONS of every path of the server, those of the page too.
      const isOurs = request.method !== 'OPTIONS' || paths.has(plainPath(request.url));
      const origin = allowedOrigins === undefined ? '*' : [...allowedOrigins];
      callback(null, {
        origin: isOurs ? origin : false,
        methods: ['POST'],
        exposedHeaders: ['retry-after'],
        maxAge: REMEMBERED_SECONDS,
      });
    },
  });
}

/** Doubled slashes and one at the end are the same path to the collector. */
const plainPath = (url: string): string =>
  (url.split('?', 1)[0] ?? '').replaceAll(/\/{2,}/g, '/').replace(/(?<=.)\/$/, '');

const refuseOrigin = (origin: string | undefined): Error =>
  refuseRequest(
    403,
    'origin_not_allowed',
    `Pages of ${origin} may not send events here; its owner can add it to "allowed_origins" in tidemark.yaml.`,
  );
