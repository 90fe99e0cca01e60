// The HTTP collector's paths on a fastify instance. What happens to a request stands in collector.ts.
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { Collector, type CollectorOptions } from './collector.ts';
import { type CollectorRoute, ROUTES } from './routes.ts';
import { type Answer, answerRefusal } from './shape-answer.ts';
import { toRefusal } from './to-refusal.ts';

/** A fastify instance of its own: `listen` on it, or hand its `routing` the requests of a server that exists. */
export function buildCollector(options: CollectorOptions): FastifyInstance {
  const app = Fastify({ logger: false });
  registerCollector(app, options);
  return app;
}

/** Adds the collector's routes in a scope of their own, so that other routes keep their parsers and errors. */
export function registerCollector(app: FastifyInstance, options: CollectorOptions): void {
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    // The collector reads bodies itself: fastify would refuse a large one before anybody knows whose it is.
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null));
    scope.addHook('onRequest', async (request) => forgetBadType(request));
    scope.setErrorHandler((error, _request, reply) => send(reply, answerRefusal(toRefusal(error))));
    const collector = new Collector(options);
    for (const route of ROUTES) {
      for (const path of spellingsOf(route)) {
        scope.post(path, async (request, reply) => {
          const { verdicts } = request.query as { readonly verdicts?: unknown };
          return send(reply, await collector.answer({ raw: request.raw, verdicts }, route));
        });
      }
    }
  });
}

/** As clients put a path together that were given a host with a slash at its end, or write one after it. */
const spellingsOf = ({ path }: CollectorRoute): readonly string[] => [
  path,
  `${path}/`,
  `/${path}`,
  `/${path}/`,
];

/** Fastify refuses a content type that is none; nothing here depends on it. */
function forgetBadType({ raw }: FastifyRequest): void {
  const type = raw.headers['content-type'];
  if (type !== undefined && !/^[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+\s*(;|$)/.test(type.trim())) {
    delete raw.headers['content-type'];
  }
}

function send(reply: FastifyReply, { status, headers, body }: Answer): FastifyReply {
  return reply.code(status).headers(headers).send(body);
}
