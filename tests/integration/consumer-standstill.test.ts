// A consumer whose connection to Kafka hangs, while the log grows, ends itself, so that its supervisor starts a new one.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { createKafkaLog } from '../../src/ingest/kafka-log.ts';
import type { EventLog } from '../../src/model/event-log.ts';
import { kafkaBrokers } from './support/kafka.ts';
import { fetches, type SwallowingProxy, startSwallowingProxy } from './support/swallowing-proxy.ts';

const logger = { info: () => {}, warn: () => {}, error: () => {} };
const STANDSTILL_MILLIS = 6_000;

let proxy: SwallowingProxy | undefined;
let log: EventLog | undefined;
let child: ReturnType<typeof fork> | undefined;

afterEach(async () => {
  child?.kill('SIGKILL');
  await log?.close();
  await proxy?.close();
});

function startConsumer(brokers: string, prefix: string, handlerMillis: number) {
  const script = new URL('./support/consume-in-process.ts', import.meta.url);
  const args = [brokers, prefix, String(STANDSTILL_MILLIS), String(handlerMillis)];
  const started = fork(script, args, { execArgv: ['--import', 'tsx'], silent: true });
  const seen = { messages: 0, inFlight: 0, said: '' };
  started.on('message', (figures: { messages: number; messagesInFlight: number }) => {
    seen.messages = figures.messages;
    seen.inFlight = figures.messagesInFlight;
  });
  started.stderr?.on('data', (chunk) => {
    seen.said += String(chunk);
  });
  child = started;
  return { started, seen, ended: once(started, 'exit') };
}

async function openTopic(name: string): Promise<{ prefix: string; brokers: string; log: EventLog }> {
  const brokers = await kafkaBrokers();
  const prefix = `standstill-${name}-${Date.now().toString(36)}.`;
  log = await createKafkaLog({ brokers, prefix, partitions: 2, logger });
  return { prefix, brokers: brokers.join(','), log };
}

const publish = (to: EventLog, count: number): Promise<void> =>
  to.publish(Array.from({ length: count }, (_, n) => ({ key: `${n}`, value: Buffer.from('x') })));

test('a consumer that nothing reaches any more, while the log grows, ends with what to do', {
  timeout: 60_000,
}, async () => {
  const topic = await openTopic('fetch');
  proxy = await startSwallowingProxy(topic.brokers);
  const { seen, ended } = startConsumer(proxy.address, topic.prefix, 0);
  await publish(topic.log, 10);
  await expect.poll(() => seen.messages, { timeout: 20_000 }).toBe(10);
  proxy.swallow(fetches);
  const growing = setInterval(() => void publish(topic.log, 1).catch(() => {}), 500);
  const [code] = await ended;
  clearInterval(growing);
  expect(seen.said).toMatch(
    /nothing of standstill-fetch\S+ was stored for \d+ s: \d+ messages wait in partitions 0, 1/,
  );
  expect(code).toBe(1);
});

test('a block that neither ends nor meets an outage ends the consumer', { timeout: 60_000 }, async () => {
  const topic = await openTopic('handler');
  const { seen, ended } = startConsumer(topic.brokers, topic.prefix, 3_600_000);
  await publish(topic.log, 10);
  await expect.poll(() => seen.inFlight, { timeout: 20_000 }).toBe(10);
  const [code] = await ended;
  expect(seen.said).toMatch(/1 blocks are under way, and no server is known to be away/);
  expect(code).toBe(1);
});
