// Runs the contract of delivery queues on each of them, the Redis one against a real Redis, and flushes that Redis.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningService } from '../../scripts/stack/service-process.ts';
import { startRedis } from '../../scripts/stack/start-redis.ts';
import { openBullmqQueue } from '../../src/sinks/bullmq-queue.ts';
import { openInProcessQueue } from '../../src/sinks/in-process-queue.ts';
import { redisUrl } from '../integration/support/redis.ts';
import {
  buildGate,
  buildKey,
  describeDeliveryQueue,
  note,
  type QueueUnderTest,
  until,
} from './delivery-queue.contract.ts';

/** A Redis of this file's own, since flushing one that is shared would disturb its other users. */
let redis: RunningService;
let flusher: Redis;
beforeAll(async () => {
  redis = await startRedis();
  flusher = new Redis(`redis://${redis.address}`);
});
afterAll(async () => {
  flusher.disconnect();
  await redis.stop();
});

describeDeliveryQueue('in this process', async () => {
  const faults: unknown[] = [];
  return { queue: openInProcessQueue({ onFault: (fault) => faults.push(fault), faultDelayMs: 50 }), faults };
});

const openOnRedis = (prefix: string = randomUUID(), url = `redis://${redis.address}`): QueueUnderTest => {
  const faults: unknown[] = [];
  const onFault = (fault: unknown) => faults.push(fault);
  return { queue: openBullmqQueue({ redisUrl: url, prefix, onFault, faultDelayMs: 50 }), faults };
};

describeDeliveryQueue('on Redis', async () => openOnRedis(randomUUID(), await redisUrl()));

describe('the delivery queue on Redis', () => {
  it('keeps environments apart by their prefix', async () => {
    const [staging, live] = [openOnRedis('staging'), openOnRedis('live')];
    await staging.queue.trigger([buildKey('a')]);
    expect([await staging.queue.depth(), await live.queue.depth()]).toEqual([1, 0]);
    await Promise.all([staging.queue.close(), live.queue.close()]);
  });

  it('shares keys among processes and runs none of them twice at once', async () => {
    const prefix = randomUUID();
    const queues = [openOnRedis(prefix).queue, openOnRedis(prefix).queue];
    const running = new Set<string>();
    const ran = new Map<string, number>();
    let overlaps = 0;
    for (const queue of queues) {
      await queue.work(
        async ({ episode }) => {
          if (running.has(episode)) overlaps += 1;
          running.add(episode);
          await new Promise((resolve) => setTimeout(resolve, 3));
          running.delete(episode);
          ran.set(episode, (ran.get(episode) ?? 0) + 1);
          return { next: 'done' };
        },
        { concurrency: 4 },
      );
    }
    const keys = Array.from({ length: 20 }, (_, i) => buildKey(`e${i}`));
    for (let round = 0; round < 10; round += 1) for (const queue of queues) await queue.trigger(keys);
    await until(async () => ran.size === 20 && (await queues[0]?.depth()) === 0, 'an empty queue');
    expect(overlaps).toBe(0);
    await Promise.all(queues.map((queue) => queue.close()));
  });

  it('runs elsewhere what a killed process was running', async () => {
    const prefix = randomUUID();
    const script = fileURLToPath(new URL('./delivery-queue-stuck-worker.ts', import.meta.url));
    const env = { ...process.env, REDIS_URL: `redis://${redis.address}`, PREFIX: prefix };
    const child = spawn(process.execPath, ['--import', 'tsx', script], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const { queue } = openOnRedis(prefix);
    await queue.trigger([buildKey('a')]);
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    const ran: string[] = [];
    await queue.work(
      note(({ episode }) => ran.push(episode)),
      { concurrency: 1 },
    );
    await queue.trigger([buildKey('a')]);
    await until(() => ran.length > 0, 'the run of the killed process', 30_000);
    await queue.close();
  });

  it('goes on after FLUSHALL with keys that wait, that run and that retry', async () => {
    const { queue } = openOnRedis();
    const gate = buildGate();
    const ran: string[] = [];
    let atOnce = 0;
    let most = 0;
    await queue.work(
      async ({ episode }) => {
        ran.push(episode);
        if (episode === 'retries' && ran.filter((one) => one === 'retries').length === 1) {
          return { next: 'again', delayMs: 600_000 };
        }
        if (episode !== 'runs') return { next: 'done' };
        atOnce += 1;
        most = Math.max(most, atOnce);
        await gate.passed;
        atOnce -= 1;
        return { next: 'done' };
      },
      { concurrency: 2 },
    );
    await queue.trigger([buildKey('retries')]);
    await until(
      async () => ran.includes('retries') && (await queue.depth()) === 1,
      'a key that waits to retry',
    );
    await queue.trigger([buildKey('runs')]);
    await until(() => ran.includes('runs'), 'a key that runs');
    await flusher.flushall();
    await queue.trigger([buildKey('runs'), buildKey('retries'), buildKey('new')]);
    await new Promise((resolve) => setTimeout(resolve, 100));
    gate.open();
    await until(() => ran.includes('new'), 'a key triggered after the flush');
    await until(() => ran.filter((one) => one === 'retries').length === 2, 'the retry, triggered anew');
    await until(() => ran.filter((one) => one === 'runs').length === 2, 'the run after the flush');
    expect(most).toBe(1);
    await until(async () => (await queue.depth()) === 0, 'an empty queue');
    await queue.close();
  });

  it('loses no later trigger however often it is flushed', async () => {
    const { queue } = openOnRedis();
    const ran = new Set<string>();
    await queue.work(
      note(({ episode }) => ran.add(episode)),
      { concurrency: 4 },
    );
    for (let round = 0; round < 20; round += 1) {
      await queue.trigger(Array.from({ length: 10 }, (_, i) => buildKey(`${round}-${i}`)));
      await flusher.flushall();
      const after = buildKey(`after-${round}`);
      await queue.trigger([after]);
      await until(() => ran.has(after.episode), `the trigger after flush ${round}`);
    }
    await queue.close();
  });
});
