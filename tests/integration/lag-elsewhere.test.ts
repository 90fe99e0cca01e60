// A process that scores and shows but does not ingest: others' lag holds its closes all the same.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createKafkaLog } from '../../src/ingest/kafka-log.ts';
import { bundle } from '../support/run-tidemark.ts';
import { kafkaBrokers } from './support/kafka.ts';
import { createProject, messageSent, type TestProject, waitFor } from './up-project.ts';

const PREFIX = `test_lag_${process.pid}_${Date.now().toString(36)}`;
const EVENTS = 1_500;

let project: TestProject;

beforeAll(async () => {
  bundle();
  const brokers = await kafkaBrokers();
  project = await createProject({ KAFKA_BROKERS: brokers.join(','), TIDEMARK_PREFIX: PREFIX });
  await project.write('tidemark.yaml', `listen: 127.0.0.1:0\ntimezone: ${zoneAtNoon()}\n`);
  await publish(brokers);
});
afterAll(() => project?.remove());

/** Where it is between noon and one o'clock now, so that yesterday is due to be closed. The sign is POSIX's. */
function zoneAtNoon(): string {
  const ahead = 12 - new Date().getUTCHours();
  return `Etc/GMT${ahead > 0 ? '-' : '+'}${Math.abs(ahead)}`;
}

async function publish(brokers: readonly string[]): Promise<void> {
  const logger = { info: () => {}, warn: () => {}, error: () => {} };
  const log = await createKafkaLog({ brokers, prefix: `${PREFIX}.`, partitions: 2, logger });
  await log.publish(
    Array.from({ length: EVENTS }, (_, n) => ({
      key: `m${n}`,
      value: Buffer.from(JSON.stringify(messageSent('acme', `m${n}`))),
    })),
  );
  await log.close();
}

test('a day is not closed while another process has yet to store its events', {
  timeout: 60_000,
}, async () => {
  const up = await project.up('--roles', 'score,web');
  await waitFor('the close to be held', () =>
    up.log().includes(`is held: ${EVENTS} messages of the log are not stored yet`),
  );
  const overview = await fetch(`${up.address}/api/overview`);
  expect(await overview.json()).toMatchObject({
    pipeline: { lagMessages: EVENTS, lastCloseDay: null },
  });
  expect(await up.stop()).toBe(0);
});
