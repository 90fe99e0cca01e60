// A consumer whose connection to Kafka hangs, while the log grows, ends itself, so that its supervisor starts a new one.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { type TestContext, test } from 'vitest';
import { createKafkaLog } from '../../src/ingest/kafka-log.ts';
import type { EventLog } from '../../src/model/event-log.ts';
import { kafkaBrokers } from './support/kafka.ts';
import { fetches, startSwallowingProxy } from './support/swallowing-proxy.ts';

const logger = { info: () => {}, warn: () => {}, error: () => {} };
const STANDSTILL_MILLIS = 6_000;

type CleansUp = Pick<TestContext, 'onTestFinished'>;

interface Consumer {
  readonly brokers: string;
  readonly prefix: string;
  readonly handlerMillis: number;
}

function startConsumer({ onTestFinished }: CleansUp, { brokers, prefix, handlerMillis }: Consumer) {
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
  onTestFinished(() => void started.kill('SIGKILL'));
  return { seen, ended: once(started, 'exit') };
}

async function openTopic({ onTestFinished }: CleansUp, name: string) {
  const brokers = await kafkaBrokers();
  const prefix = `standstill-${name}-${Date.now().toString(36)}.`;
  const log = await createKafkaLog({ brokers, prefix, partitions: 2, logger });
  onTestFinished(() => log.close());
  return { prefix, brokers: brokers.join(','), log };
}

const publish = (to: EventLog, count: number): Promise<void> =>
  to.publish(Array.from({ length: count }, (_, n) => ({ key: `${n}`, value: Buffer.from('x') })));

// Both at once, as both wait most of the time. What is there before a consumer starts is no log that grows meanwhile.
test.concurrent('a consumer that nothing reaches any more, while the log grows, ends with what to do', {
  timeout: 90_000,
}, async (context) => {
  const { expect } = context;
  const { log, prefix, brokers } = await openTopic(context, 'fetch');
  const proxy = await startSwallowingProxy(brokers);
  context.onTestFinished(() => proxy.close());
  await publish(log, 10);
  const { seen, ended } = startConsumer(context, { brokers: proxy.address, prefix, handlerMillis: 0 });
  await expect.poll(() => seen.messages, { timeout: 40_000 }).toBe(10);
  proxy.swallow(fetches);
  const growing = setInterval(() => void publish(log, 1).catch(() => {}), 500);
  context.onTestFinished(() => clearInterval(growing));
  const [code] = await ended;
  expect(seen.said).toMatch(
    /nothing of standstill-fetch\S+ was stored for \d+ s: \d+ messages wait in partitions 0, 1/,
  );
  expect(code).toBe(1);
});

test.concurrent('a block that neither ends nor meets an outage ends the consumer', {
  timeout: 90_000,
}, async (context) => {
  const { expect } = context;
  const { log, prefix, brokers } = await openTopic(context, 'handler');
  await publish(log, 10);
  const { seen, ended } = startConsumer(context, { brokers, prefix, handlerMillis: 3_600_000 });
  await expect.poll(() => seen.inFlight, { timeout: 40_000 }).toBe(10);
  const [code] = await ended;
  expect(seen.said).toMatch(/1 blocks are under way, and no server is known to be away/);
  expect(code).toBe(1);
});
