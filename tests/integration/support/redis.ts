// A real Redis for a test file: the run's own, or REDIS_URL where it is set.
import { askForService } from './ask-for-service.ts';

export async function redisUrl(): Promise<string> {
  return process.env.REDIS_URL ?? `redis://${await askForService('redis')}`;
}
