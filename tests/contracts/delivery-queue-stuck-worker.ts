// A process that takes one job from the queue and never finishes it, for a test to kill. REDIS_URL and PREFIX.
import { openBullmqQueue } from '../../src/sinks/bullmq-queue.ts';

const { REDIS_URL = '', PREFIX = '' } = process.env;
const queue = openBullmqQueue({ redisUrl: REDIS_URL, prefix: PREFIX, onFault: console.error });
await queue.work(
  async ({ episode }) => {
    console.log(`running ${episode}`);
    return new Promise(() => undefined);
  },
  { concurrency: 1 },
);
