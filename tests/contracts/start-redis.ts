// A Redis of a test's own, on a free port, without files.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { Redis } from 'ioredis';

export interface StartedRedis {
  readonly url: string;
  readonly client: Redis;
  stop(): Promise<void>;
}

/** Fails when redis-server is not installed: `apt-get install redis-server`. */
export async function startRedis(): Promise<StartedRedis> {
  const port = await findFreePort();
  const server = spawn('redis-server', [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--appendonly',
    'no',
  ]);
  const failed = once(server, 'error').then(([error]) => Promise.reject(error));
  await Promise.race([untilReady(server), failed]);
  const url = `redis://127.0.0.1:${port}`;
  const client = new Redis(url);
  const stop = async (): Promise<void> => {
    client.disconnect();
    const exited = once(server, 'exit');
    server.kill('SIGKILL');
    await exited;
  };
  return { url, client, stop };
}

async function untilReady(server: ChildProcess): Promise<void> {
  for await (const chunk of server.stdout ?? []) {
    if (String(chunk).includes('Ready to accept connections')) break;
  }
  server.stdout?.resume();
}

async function findFreePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
