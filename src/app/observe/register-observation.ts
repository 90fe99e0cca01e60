// `/metrics`, `/health/live` and `/health/ready` of a process, as routes of whichever server it has.
import type { FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';
import type { Readiness } from './readiness.ts';

export interface Observation {
  /** Undefined where metrics have a listener of their own. */
  readonly registry: Registry | undefined;
  readonly readiness: () => Promise<Readiness>;
}

const LOOPBACK_HOSTS: readonly string[] = ['localhost', '127.0.0.1', '[::1]', '::1'];

/**
 * Live answers while the event loop does. Ready answers 503 with a reason for each thing that is missing. Metrics are
 * refused to foreign host names, as the page is: a website could read them through a name of its own.
 */
export function registerObservation(app: FastifyInstance, { registry, readiness }: Observation): void {
  app.get('/health/live', async () => ({ status: 'live' }));
  app.get('/health/ready', async (_request, reply) => {
    const { ready, ...why } = await readiness();
    return reply.code(ready ? 200 : 503).send({ status: ready ? 'ready' : 'not ready', ...why });
  });
  if (registry === undefined) return;
  app.get('/metrics', async (request, reply) => {
    if (!LOOPBACK_HOSTS.includes(request.hostname))
      return reply.code(403).send(hostRefusal(request.hostname));
    return reply
      .header('cache-control', 'no-store')
      .type(registry.contentType)
      .send(await registry.metrics());
  });
}

const hostRefusal = (hostname: string) => ({
  error: 'host_not_allowed',
  message: `Metrics are not served as "${hostname}". Ask for them as http://localhost or 127.0.0.1 instead.`,
});
