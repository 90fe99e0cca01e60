// What every DeliveryQueue promises; run on each implementation by delivery-queue.test.ts.
import { afterEach, describe, expect, it } from 'vitest';
import type { DeliveryKey } from '../../src/model/delivery.ts';
import type { DeliveryQueue, JobHandler, JobVerdict } from '../../src/model/delivery-queue.ts';
import type { EpisodeId, SinkName } from '../../src/model/ids.ts';

export interface QueueUnderTest {
  readonly queue: DeliveryQueue;
  /** What was reported through onFault. */
  readonly faults: readonly unknown[];
}

export const buildKey = (episode: string, sink = 'crm'): DeliveryKey => ({
  episode: episode as EpisodeId,
  sink: sink as SinkName,
});

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const DONE: JobVerdict = { next: 'done' };

/** A handler that notes what it was given and is done. */
export const note =
  (ran: (key: DeliveryKey) => unknown): JobHandler =>
  async (key) => {
    ran(key);
    return DONE;
  };

/** Waits until `condition` holds; fails after `withinMs`. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
  withinMs = 10_000,
): Promise<void> {
  for (const start = Date.now(); Date.now() - start < withinMs; await sleep(5)) if (await condition()) return;
  throw new Error(`waited ${withinMs} ms in vain: ${what}`);
}

/** A door that runs stop at until it is opened. */
export function buildGate() {
  let open = (): void => undefined;
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { passed, open: () => open() };
}

/** `open` gives a fresh, empty queue whose handler faults are repeated after 50 ms. */
export function describeDeliveryQueue(name: string, open: () => Promise<QueueUnderTest>): void {
  describe(`the delivery queue ${name}`, () => {
    const opened: DeliveryQueue[] = [];
    const start = async (): Promise<QueueUnderTest> => {
      const under = await open();
      opened.push(under.queue);
      return under;
    };
    afterEach(async () => {
      for (const queue of opened.splice(0)) await queue.close();
    });

    it('runs every key that is triggered, with episode and sink as they were', async () => {
      const { queue } = await start();
      const ran: string[] = [];
      await queue.work(
        note((key) => ran.push(`${key.episode}|${key.sink}`)),
        { concurrency: 4 },
      );
      const keys = Array.from({ length: 200 }, (_, i) =>
        buildKey(`ep:${i}/ü "x"`, i % 2 ? 'crm' : 'csm_alerts'),
      );
      await queue.trigger(keys);
      await until(() => ran.length >= 200, 'two hundred runs');
      expect(ran.toSorted()).toEqual(keys.map((key) => `${key.episode}|${key.sink}`).toSorted());
      await until(async () => (await queue.depth()) === 0, 'an empty queue');
    });

    it('runs what was triggered before it began to work, each key once', async () => {
      const { queue } = await start();
      const ran: string[] = [];
      await queue.trigger([buildKey('a'), buildKey('b')]);
      await queue.trigger([buildKey('a')]);
      expect(await queue.depth()).toBe(2);
      await queue.work(
        note((key) => ran.push(key.episode)),
        { concurrency: 1 },
      );
      await until(async () => ran.length >= 2 && (await queue.depth()) === 0, 'both runs');
      await sleep(50);
      expect(ran.toSorted()).toEqual(['a', 'b']);
    });

    it('runs once more what is triggered while it runs, however often, and never twice at once', async () => {
      const { queue } = await start();
      const gate = buildGate();
      let runs = 0;
      let atOnce = 0;
      let most = 0;
      await queue.work(
        async () => {
          runs += 1;
          atOnce += 1;
          most = Math.max(most, atOnce);
          if (runs === 1) await gate.passed;
          await sleep(20);
          atOnce -= 1;
          return DONE;
        },
        { concurrency: 4 },
      );
      await queue.trigger([buildKey('a')]);
      await until(() => runs === 1, 'the first run');
      for (let i = 0; i < 5; i += 1) await queue.trigger([buildKey('a')]);
      gate.open();
      await until(() => runs === 2, 'the second run');
      await until(async () => (await queue.depth()) === 0, 'an empty queue');
      await sleep(100);
      expect({ runs, most }).toEqual({ runs: 2, most: 1 });
    });

    it('runs a key again that was done before', async () => {
      const { queue } = await start();
      let runs = 0;
      const count = () => {
        runs += 1;
      };
      await queue.work(note(count), { concurrency: 1 });
      for (let i = 1; i <= 3; i += 1) {
        await queue.trigger([buildKey('a')]);
        await until(() => runs === i, `run ${i}`);
        await until(async () => (await queue.depth()) === 0, 'an empty queue');
      }
    });

    it('keeps to the concurrency, and uses it', async () => {
      const { queue } = await start();
      let atOnce = 0;
      let most = 0;
      let runs = 0;
      await queue.work(
        async () => {
          atOnce += 1;
          most = Math.max(most, atOnce);
          await sleep(30);
          atOnce -= 1;
          runs += 1;
          return DONE;
        },
        { concurrency: 3 },
      );
      await queue.trigger(Array.from({ length: 12 }, (_, i) => buildKey(`e${i}`)));
      await until(() => runs === 12, 'twelve runs');
      expect(most).toBe(3);
    });

    it('waits before it runs again what asked for that, and counts it as waiting', async () => {
      const { queue } = await start();
      const at: number[] = [];
      await queue.work(async () => (at.push(Date.now()) === 1 ? { next: 'again', delayMs: 400 } : DONE), {
        concurrency: 1,
      });
      await queue.trigger([buildKey('a')]);
      await until(() => at.length === 1, 'the first run');
      await sleep(100);
      expect(await queue.depth()).toBe(1);
      await queue.trigger([buildKey('a')]);
      await until(() => at.length === 2, 'the second run');
      expect((at[1] ?? 0) - (at[0] ?? 0)).toBeGreaterThanOrEqual(395);
      await until(async () => (await queue.depth()) === 0, 'an empty queue');
    });

    it('lets other keys run while one waits', async () => {
      const { queue } = await start();
      const ran: string[] = [];
      await queue.work(
        async (key) => {
          ran.push(key.episode);
          return key.episode === 'slow' ? { next: 'again', delayMs: 60_000 } : DONE;
        },
        { concurrency: 1 },
      );
      await queue.trigger([buildKey('slow'), buildKey('a'), buildKey('b')]);
      await until(() => ran.length === 3, 'three runs');
    });

    it('reports a handler that throws, and runs its key again', async () => {
      const { queue, faults } = await start();
      let runs = 0;
      await queue.work(
        async () => {
          runs += 1;
          if (runs === 1) throw new Error('the store is away');
          return DONE;
        },
        { concurrency: 1 },
      );
      await queue.trigger([buildKey('a')]);
      await until(() => runs === 2, 'the second run');
      expect(faults).toContainEqual({ key: buildKey('a'), error: new Error('the store is away') });
    });

    it('lets running ones finish when it closes, and starts none', async () => {
      const { queue } = await start();
      const gate = buildGate();
      const ran: string[] = [];
      let finished = false;
      await queue.work(
        async (key) => {
          ran.push(key.episode);
          await gate.passed;
          await sleep(50);
          finished = true;
          return DONE;
        },
        { concurrency: 1 },
      );
      await queue.trigger([buildKey('a')]);
      await until(() => ran.length === 1, 'the first run');
      await queue.trigger([buildKey('b')]);
      const closed = queue.close();
      await sleep(50);
      gate.open();
      await closed;
      expect(finished).toBe(true);
      await sleep(50);
      expect(ran).toEqual(['a']);
    });
  });
}
