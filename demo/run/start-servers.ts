// A local Kafka and Redis for `make demo-kafka`, and the environment that points Tidemark at them.
import { startKafka } from '../../scripts/stack/start-kafka.ts';
import { startRedis } from '../../scripts/stack/start-redis.ts';

export interface DemoServers {
  readonly environment: { readonly KAFKA_BROKERS: string; readonly REDIS_URL: string };
  stop(): Promise<void>;
}

export async function startServers(say: (line: string) => void): Promise<DemoServers> {
  say('Starting Kafka and Redis');
  const kafka = await startKafka();
  const redis = await startRedis();
  return {
    environment: { KAFKA_BROKERS: kafka.address, REDIS_URL: `redis://${redis.address}` },
    stop: async () => {
      await redis.stop();
      await kafka.stop();
    },
  };
}
