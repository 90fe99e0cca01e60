// What every EventLog must do; run on each implementation by event-log.test.ts.
import { afterEach, describe, expect, it } from 'vitest';
import { BLOCK_LIMITS } from '../../src/ingest/consumer-bounds.ts';
import type { DeadLetterMessage, EventLog, LogBatch, LogMessage } from '../../src/model/event-log.ts';

export interface LogUnderTest {
  /** A log of its own topics; called again with the same `name` it is the same log after a restart. */
  open(name: string): Promise<EventLog>;
  /** Whether messages outlive the log object, to be delivered to a later consumer. */
  readonly keepsMessages: boolean;
}

const WAIT = { timeout: 45_000, interval: 50 };

export function describeEventLog(implementation: string, subject: LogUnderTest): void {
  describe(`event log: ${implementation}`, () => {
    const opened: EventLog[] = [];
    const open = async (name: string): Promise<EventLog> => {
      const log = await subject.open(name);
      opened.push(log);
      return log;
    };
    afterEach(async () => {
      await Promise.allSettled(opened.splice(0).map((log) => log.close()));
    });

    it('delivers what was published to the consumer, byte for byte', async () => {
      const log = await open('delivers');
      const received: LogBatch[] = [];
      await log.consume(async (block) => void received.push(...block));
      await log.publish([message('1', '{"a":"ü"}'), message('2', '')]);
      await expect.poll(() => bodies(received).sort(), WAIT).toEqual(['', '{"a":"ü"}']);
    });

    it('numbers the messages of a partition upwards, each once', async () => {
      const log = await open('numbers');
      const received: LogBatch[] = [];
      await log.consume(async (block) => void received.push(...block));
      await Promise.all(Array.from({ length: 40 }, (_, n) => log.publish([message(`k${n}`, `${n}`)])));
      await expect.poll(() => bodies(received).length, WAIT).toBe(40);
      const places = received.flatMap(({ partition, messages }) =>
        messages.map(({ offset }) => ({ partition, offset })),
      );
      for (const partition of new Set(places.map((place) => place.partition))) {
        const offsets = places.filter((place) => place.partition === partition).map((place) => place.offset);
        expect(offsets).toEqual([...new Set(offsets)].sort((a, b) => a - b));
      }
    });

    it('hands over at most two blocks at once', async () => {
      const log = await open('at-most-two');
      let running = 0;
      let most = 0;
      let messages = 0;
      await log.consume(async (block) => {
        running++;
        most = Math.max(most, running);
        await new Promise((resolve) => setTimeout(resolve, 60));
        running--;
        messages += countOf(block);
      });
      for (let round = 0; round < 12; round++) {
        await log.publish(Array.from({ length: 20 }, (_, n) => message(`${round}-${n}`, 'x')));
      }
      await expect.poll(() => messages, WAIT).toBe(240);
      expect(most).toBeLessThanOrEqual(2);
    });

    it('finishes the blocks under way before stop resolves, and takes no more', async () => {
      const log = await open('stops');
      let started = false;
      let finished = false;
      const consumer = await log.consume(async () => {
        started = true;
        await new Promise((resolve) => setTimeout(resolve, 300));
        finished = true;
      });
      const published = log.publish([message('1', 'x')]);
      await expect.poll(() => started, WAIT).toBe(true);
      await consumer.stop();
      expect(finished).toBe(true);
      await expect(consumer.stopped).resolves.toBeUndefined();
      await published;
    });

    it('lags by what is not acknowledged, and by nothing once everything is', async () => {
      const log = await open('lag');
      // Of a topic that was just made, the broker may not know yet that it leads it.
      await expect.poll(() => log.lag(), WAIT).toEqual({ messages: 0 });
      let release = (): void => {};
      const storing = new Promise<void>((resolve) => {
        release = resolve;
      });
      await log.consume(() => storing);
      const published = log.publish([message('1', 'x'), message('2', 'y')]);
      await expect.poll(() => log.lag(), WAIT).toEqual({ messages: 2 });
      release();
      await published;
      await expect.poll(() => log.lag(), WAIT).toEqual({ messages: 0 });
    });

    it('cuts what is more than a block into several, and acknowledges each', async () => {
      const log = await open('cuts');
      const sizes: number[] = [];
      const consumer = await log.consume(async (block) => void sizes.push(countOf(block)));
      const most = BLOCK_LIMITS.maxMessages;
      await log.publish(Array.from({ length: 2 * most + 5_000 }, (_, n) => message(`${n}`, 'x')));
      await expect.poll(() => consumer.figures().messages, WAIT).toBe(2 * most + 5_000);
      expect(Math.max(...sizes)).toBeLessThanOrEqual(most);
      expect(consumer.figures().batches).toBe(sizes.length);
    });

    it('says what it has in hands, and what it has acknowledged', async () => {
      const log = await open('figures');
      let release = (): void => {};
      const storing = new Promise<void>((resolve) => {
        release = resolve;
      });
      const consumer = await log.consume(() => storing);
      const published = log.publish([message('1', 'abc'), message('2', 'de')]);
      await expect.poll(() => consumer.figures().messagesInFlight, WAIT).toBe(2);
      expect(consumer.figures()).toMatchObject({ messages: 0, bytes: 0, batches: 0 });
      expect(consumer.figures().partitions).toBeGreaterThan(0);
      await expect.poll(() => consumer.figures().lag, WAIT).toBe(2);
      release();
      await published;
      await expect.poll(() => consumer.figures().messages, WAIT).toBe(2);
      expect(consumer.figures()).toMatchObject({ lag: 0, messagesInFlight: 0, bytesInFlight: 0 });
      expect(consumer.figures()).toMatchObject({ oldestInFlightAt: undefined });
      expect(consumer.figures().bytes).toBeGreaterThanOrEqual(5);
    });

    it('takes dead letters without complaint', async () => {
      const log = await open('dead');
      await log.publishDeadLetters([{ ...message('k', 'not json'), headers: { reason: 'invalid_json' } }]);
    });

    it('takes five thousand dead letters in one call', async () => {
      const log = await open('many-dead');
      await log.publishDeadLetters(manyDeadLetters());
    });

    it('takes whatever is published at once', async () => {
      const log = await open('at-once');
      let messages = 0;
      await log.consume(async (block) => {
        messages += countOf(block);
      });
      const text = 'x'.repeat(1000);
      const publishing = Array.from({ length: 5000 }, (_, n) => log.publish([message(`${n}`, text)]));
      await Promise.all(publishing);
      await expect.poll(() => messages, WAIT).toBe(5000);
    });

    if (subject.keepsMessages) {
      it('delivers again what a failed handler did not acknowledge', async () => {
        const log = await open('redelivers');
        await log.publish([message('1', 'x')]);
        const failing = await log.consume(async () => {
          throw new Error('the store is down');
        });
        await expect(failing.stopped).rejects.toThrow('the store is down');
        const next = await open('redelivers');
        const received: LogBatch[] = [];
        await next.consume(async (block) => void received.push(...block));
        await expect.poll(() => bodies(received), WAIT).toEqual(['x']);
      });

      it('lets a handler that waits out an outage give its batch back when it stops: no fault, delivered again', async () => {
        const log = await open('given-back');
        let started = false;
        const consumer = await log.consume((_, signal) => {
          started = true;
          return untilGivenUp(signal);
        });
        await log.publish([message('1', 'x')]);
        await expect.poll(() => started, WAIT).toBe(true);
        await consumer.stop();
        await expect(consumer.stopped).resolves.toBeUndefined();
        const next = await open('given-back');
        const received: LogBatch[] = [];
        await next.consume(async (block) => void received.push(...block));
        await expect.poll(() => bodies(received), WAIT).toEqual(['x']);
      });

      it('knows its lag where nobody consumes', async () => {
        const log = await open('lag-elsewhere');
        await log.publish([message('1', 'x'), message('2', 'y')]);
        const other = await open('lag-elsewhere');
        expect(await other.lag()).toEqual({ messages: 2 });
        await log.consume(async () => {});
        await expect.poll(() => other.lag(), WAIT).toEqual({ messages: 0 });
      });

      it('does not deliver again what was acknowledged', async () => {
        const log = await open('acknowledged');
        const first: LogBatch[] = [];
        const consumer = await log.consume(async (block) => void first.push(...block));
        await log.publish([message('1', 'old')]);
        await expect.poll(() => bodies(first), WAIT).toEqual(['old']);
        await consumer.stop();
        const next = await open('acknowledged');
        const received: LogBatch[] = [];
        await next.publish([message('2', 'new')]);
        await next.consume(async (block) => void received.push(...block));
        await expect.poll(() => bodies(received), WAIT).toEqual(['new']);
      });
    } else {
      it('rejects a publish, to be tried again, when the handler could not store it', async () => {
        const log = await open('rejects');
        await log.consume(async () => {
          throw new Error('the store is down');
        });
        await expect(log.publish([message('1', 'x')])).rejects.toMatchObject({
          name: 'LogError',
          retryable: true,
        });
      });
    }
  });
}

/** Over a megabyte in all, as one fetch of a topic full of nonsense makes them. */
const manyDeadLetters = (): DeadLetterMessage[] =>
  Array.from({ length: 5000 }, (_, n) => ({
    ...message(`events/0/${n}`, `{"nonsense": ${'x'.repeat(200)}`),
    headers: { topic: 'events', partition: '0', offset: `${n}`, reason: 'invalid_json', detail: 'not JSON' },
  }));

/** What a handler is whose store is away. */
const untilGivenUp = (signal: AbortSignal): Promise<void> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('the store is away'))));

export const message = (key: string, value: string): LogMessage => ({ key, value: Buffer.from(value) });

const countOf = (block: readonly LogBatch[]): number =>
  block.reduce((sum, { messages }) => sum + messages.length, 0);

export const bodies = (batches: readonly LogBatch[]): string[] =>
  batches.flatMap(({ messages }) => messages.map(({ value }) => Buffer.from(value ?? []).toString()));
