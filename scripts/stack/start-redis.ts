// A real Redis server on a free port of loopback, in memory only, as Tidemark needs no more of it.
import { connect } from 'node:net';
import { findFreePort } from './find-free-port.ts';
import { installPackage, runCommand } from './run-command.ts';
import { makeServiceDirectory, type RunningService, startService } from './service-process.ts';

const READY_WITHIN_MILLIS = 15_000;

/** The URL for REDIS_URL is `redis://` and `address`. */
export async function startRedis(): Promise<RunningService> {
  installRedis();
  const port = await findFreePort();
  return startService({
    name: 'Redis',
    address: `127.0.0.1:${port}`,
    command: 'redis-server',
    args: [
      '--port',
      String(port),
      '--bind',
      '127.0.0.1',
      '--save',
      '',
      '--appendonly',
      'no',
      '--maxmemory-policy',
      'noeviction',
    ],
    directory: makeServiceDirectory('redis'),
    isReady: () => pings(port),
    readyWithinMillis: READY_WITHIN_MILLIS,
  });
}

/** @throws Error that says what to do where it cannot be installed. */
export function installRedis(): void {
  if (runCommand('redis-server', ['--version']).status === undefined) {
    installPackage('redis-server', 'the delivery queue');
  }
}

function pings(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1' }, () => socket.write('PING\r\n'));
    socket.once('error', reject);
    socket.once('data', (answer) => {
      socket.destroy();
      resolve(answer.toString().startsWith('+PONG'));
    });
  });
}
