// Global set-up of the integration tests: starts Kafka or Redis when a test file first asks for one, once per run.
// KAFKA_BROKERS and REDIS_URL in the environment are used instead where they are set.
import { createServer } from 'node:http';
import type { TestProject } from 'vitest/node';
import type { RunningService } from '../../../scripts/stack/service-process.ts';
import { startKafka } from '../../../scripts/stack/start-kafka.ts';
import { startRedis } from '../../../scripts/stack/start-redis.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Answers GET /kafka and /redis with an address, starting the server first where needed. */
    servicesUrl: string;
  }
}

const STARTERS: Readonly<Record<string, () => Promise<RunningService>>> = {
  '/kafka': startKafka,
  '/redis': startRedis,
};

/** Returns the teardown. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const started = new Map<string, Promise<RunningService>>();
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    const start = STARTERS[path];
    if (start === undefined) return void response.writeHead(404).end();
    const service = started.get(path) ?? start();
    started.set(path, service);
    service.then(
      ({ address }) => response.end(address),
      (error) => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port to serve the addresses on');
  project.provide('servicesUrl', `http://127.0.0.1:${address.port}`);
  return async () => {
    server.closeAllConnections();
    server.close();
    await Promise.allSettled([...started.values()].map(async (service) => (await service).stop()));
  };
}
