// A real Kafka for a test file: the run's own, or KAFKA_BROKERS where it is set.
import { askForService } from './ask-for-service.ts';

export async function kafkaBrokers(): Promise<readonly string[]> {
  const brokers = process.env.KAFKA_BROKERS ?? (await askForService('kafka'));
  return brokers.split(',');
}
