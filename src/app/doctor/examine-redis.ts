// Redis: does it answer, does it keep what it is given, is its clock right, and how much waits in the queue?
import { Redis } from 'ioredis';
import { describeCount, type Finding, judgeClock } from './finding.ts';

export interface RedisExamination {
  readonly url: string;
  readonly prefix: string;
  readonly patienceMs: number;
}

/** @throws Error when it does not answer. */
export async function examineRedis({
  url,
  prefix,
  patienceMs,
}: RedisExamination): Promise<readonly Finding[]> {
  let lastError: Error | undefined;
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: patienceMs / 2,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  redis.on('error', (error: Error) => {
    lastError = error;
  });
  try {
    await redis.connect();
    return await examine(redis, prefix);
  } catch (error) {
    const cause = lastError ?? error;
    throw new Error(`${hostOf(url)}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  } finally {
    redis.disconnect();
  }
}

/** Without user and password. */
const hostOf = (url: string): string => new URL(url).host;

async function examine(redis: Redis, prefix: string): Promise<readonly Finding[]> {
  const before = Date.now();
  const [seconds, micros] = await redis.time();
  const after = Date.now();
  const theirs = Number(seconds) * 1000 + Number(micros) / 1000;
  const info = await redis.info();
  return [
    judgeRedis(info),
    await examineQueue(redis, prefix),
    judgeClock('Redis', { before, theirs, after }),
  ];
}

/** `info` is the text of INFO. */
export function judgeRedis(info: string): Finding {
  const field = (name: string): string | undefined => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1];
  const found = `answers, version ${field('redis_version') ?? 'unknown'}`;
  const policy = field('maxmemory_policy') ?? 'noeviction';
  if (policy === 'noeviction') return { check: 'Redis', status: 'ok', found };
  return {
    check: 'Redis',
    status: 'warn',
    found: `${found}, evicts keys when it is full (${policy})`,
    todo: 'set maxmemory-policy noeviction: jobs that vanish are found again by a sweep only, seconds later',
  };
}

/** As BullMQ keeps it; asked by plain commands, since its own client writes when it opens a queue. */
async function examineQueue(redis: Redis, prefix: string): Promise<Finding> {
  const key = (part: string): string => `{${prefix}}:deliveries:${part}`;
  const counts = await Promise.all([
    redis.llen(key('wait')),
    redis.llen(key('active')),
    redis.zcard(key('delayed')),
  ]);
  const [waiting, active, delayed] = counts;
  const found = `${describeCount(waiting, 'job')} waiting, ${active} running, ${delayed} to be tried again`;
  return { check: 'delivery queue', status: 'ok', found };
}
