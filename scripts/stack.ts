// `make stack`: a local Kafka and Redis without Docker, until Ctrl-C. `--install` only fetches what is missing.
import { installChromium } from './stack/install-chromium.ts';
import { installKafka } from './stack/install-kafka.ts';
import type { RunningService } from './stack/service-process.ts';
import { startKafka } from './stack/start-kafka.ts';
import { installRedis, startRedis } from './stack/start-redis.ts';

if (process.argv.includes('--install')) {
  installKafka();
  installRedis();
  console.log(`Kafka, Redis and ${installChromium()} are there`);
} else {
  await runStack();
}

async function runStack(): Promise<void> {
  const starting = [startKafka(), startRedis()] as const;
  const settled = await Promise.allSettled(starting);
  const running = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const faults = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
  if (faults.length > 0) {
    for (const fault of faults) console.error(fault instanceof Error ? fault.message : fault);
    await stopAll(running);
    process.exit(1);
  }
  const [kafka, redis] = await Promise.all(starting);
  console.log(`KAFKA_BROKERS=${kafka.address} REDIS_URL=redis://${redis.address}`);
  console.error('Kafka and Redis are running; Ctrl-C stops them and removes their data.');
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => void stopAll(running).then(() => process.exit(0)));
  }
  setInterval(() => {}, 1 << 30);
}

async function stopAll(services: readonly RunningService[]): Promise<void> {
  await Promise.all(services.map((service) => service.stop()));
}
