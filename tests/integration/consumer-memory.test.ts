// A backlog of large messages before a slow store: what is in hands stays under the bound that is printed at the start,
// and the process does not grow.

import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import { MOST_BYTES_IN_BLOCKS } from '../../src/ingest/consumer-bounds.ts';
import { createKafkaLog } from '../../src/ingest/kafka-log.ts';
import { kafkaBrokers } from './support/kafka.ts';

const logger = { info: () => {}, warn: () => {}, error: () => {} };
const MIB = 1024 * 1024;
const MESSAGES = 400;
const MESSAGE_BYTES = 450_000;

interface Sample {
  readonly messages: number;
  readonly bytesInFlight: number;
  readonly rss: number;
}

let child: ReturnType<typeof fork> | undefined;
afterEach(() => void child?.kill('SIGKILL'));

test('a backlog before a slow store stays under the printed bound, and memory is flat', {
  timeout: 90_000,
}, async () => {
  const brokers = await kafkaBrokers();
  const prefix = `memory-${Date.now().toString(36)}.`;
  const log = await createKafkaLog({ brokers, prefix, partitions: 2, logger });
  for (let sent = 0; sent < MESSAGES; sent += 20)
    await log.publish(
      Array.from({ length: 20 }, (_, n) => ({ key: `${sent + n}`, value: randomBytes(MESSAGE_BYTES) })),
    );
  await log.close();

  const script = new URL('./support/consume-in-process.ts', import.meta.url);
  const args = [brokers.join(','), prefix, '60000', '400'];
  child = fork(script, args, { execArgv: ['--import', 'tsx'], silent: true });
  const samples: Sample[] = [];
  let said = '';
  child.on('message', (sample) => void samples.push(sample as Sample));
  child.stderr?.on('data', (chunk) => {
    said += String(chunk);
  });
  await expect.poll(() => samples.at(-1)?.messages, { timeout: 60_000 }).toBe(MESSAGES);

  expect(said).toContain(`at most ${MOST_BYTES_IN_BLOCKS / MIB} MiB of messages in flight`);
  const most = Math.max(...samples.map(({ bytesInFlight }) => bytesInFlight));
  expect(most).toBeLessThanOrEqual(MOST_BYTES_IN_BLOCKS);
  expect(most).toBeGreaterThan(8 * MIB);
  const busy = samples.filter(({ messages }) => messages > 0 && messages < MESSAGES);
  const middle = Math.floor(busy.length / 2);
  const peak = (some: readonly Sample[]) => Math.max(...some.map(({ rss }) => rss));
  console.log(
    `in flight at most ${(most / MIB).toFixed(1)} MiB; memory at most ${(peak(busy) / MIB).toFixed(0)} MiB, ` +
      `in the first half ${(peak(busy.slice(0, middle)) / MIB).toFixed(0)} MiB`,
  );
  expect(peak(busy)).toBeLessThan(320 * MIB);
  expect(peak(busy.slice(middle))).toBeLessThan(peak(busy.slice(0, middle)) + 40 * MIB);
});
