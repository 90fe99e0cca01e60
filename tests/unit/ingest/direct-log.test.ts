import { describe, expect, it } from 'vitest';
import { createDirectLog } from '../../../src/ingest/direct-log.ts';
import type { LogBatch } from '../../../src/model/event-log.ts';
import { RECEIVED_AT } from './build.ts';

const clock = { now: () => RECEIVED_AT };
const message = (value: string) => ({ key: value, value: Buffer.from(value) });

const untilGivenUp = (_: readonly LogBatch[], signal: AbortSignal): Promise<void> =>
  new Promise((_resolve, reject) =>
    signal.addEventListener('abort', () => reject(new Error('the store is away'))),
  );

describe('the direct log', () => {
  it('hands over together what is published within the linger', async () => {
    const log = createDirectLog({ clock, lingerMillis: 20 });
    const batches: LogBatch[] = [];
    await log.consume(async (block) => void batches.push(...block));
    await Promise.all([log.publish([message('a')]), log.publish([message('b'), message('c')])]);
    expect(batches.map(({ topic, messages }) => [topic, messages.length])).toEqual([['direct', 3]]);
  });

  it('does not linger once a batch is full', async () => {
    const log = createDirectLog({ clock, lingerMillis: 60_000, maxBatch: 2 });
    await log.consume(async () => {});
    await log.publish([message('a'), message('b')]);
  });

  it('never gives a place twice, restarts included', async () => {
    const places: number[] = [];
    for (const at of [0, 5_000_000]) {
      const log = createDirectLog({
        clock: { now: () => (RECEIVED_AT + at) as typeof RECEIVED_AT },
        lingerMillis: 0,
      });
      await log.consume(
        async (block) =>
          void places.push(...block.flatMap(({ messages }) => messages.map(({ offset }) => offset))),
      );
      await log.publish([message('a'), message('b')]);
    }
    expect(new Set(places).size).toBe(4);
  });

  it('refuses what it cannot hold, to be tried again', async () => {
    const log = createDirectLog({ clock, lingerMillis: 5, maxPending: 1 });
    await log.consume(async () => {});
    const first = log.publish([message('a')]);
    await expect(log.publish([message('b')])).rejects.toMatchObject({ retryable: true });
    await first;
  });

  it('refuses, to be tried again, what the store has not taken in time', async () => {
    const log = createDirectLog({ clock, lingerMillis: 0, patienceMillis: 50 });
    await log.consume(untilGivenUp);
    await expect(log.publish([message('a')])).rejects.toMatchObject({ retryable: true });
  });

  it('refuses at once what waits for a store when it is stopped', async () => {
    const log = createDirectLog({ clock, lingerMillis: 0 });
    const consumer = await log.consume(untilGivenUp);
    const waiting = log.publish([message('a')]);
    waiting.catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, 20));
    await consumer.stop();
    await expect(waiting).rejects.toMatchObject({ retryable: true });
  });

  it('refuses, to be tried again, what a store has taken and does not answer for', async () => {
    const log = createDirectLog({ clock, lingerMillis: 0, patienceMillis: 50 });
    await log.consume(() => new Promise<void>(() => {}));
    await expect(log.publish([message('a')])).rejects.toMatchObject({
      retryable: true,
      message: expect.stringContaining('does not answer'),
    });
  }, 3_000);

  it('says how much waits, and since when', async () => {
    let now: number = RECEIVED_AT;
    const log = createDirectLog({ clock: { now: () => now++ as typeof RECEIVED_AT }, lingerMillis: 0 });
    let store = (): void => {};
    const consumer = await log.consume(
      () =>
        new Promise((resolve) => {
          store = resolve;
        }),
    );
    const from = now;
    const published = [log.publish([message('a')]), log.publish([message('bc')])];
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(consumer.figures()).toMatchObject({
      messagesInFlight: 2,
      bytesInFlight: 6,
      oldestInFlightAt: from,
    });
    store();
    await Promise.all(published);
    expect(consumer.figures()).toMatchObject({ bytesInFlight: 0, oldestInFlightAt: undefined });
  });

  it('refuses while nobody consumes', async () => {
    const log = createDirectLog({ clock, lingerMillis: 0 });
    await expect(log.publish([message('a')])).rejects.toThrow('start the ingest role');
  });
});
