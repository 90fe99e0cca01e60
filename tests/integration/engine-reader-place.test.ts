// Where readers are served, chosen by a person and changed while the engine runs.
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findFreePort } from '../../scripts/stack/find-free-port.ts';
import { type LaunchEngineOptions, launchEngine } from '../../src/store/engine/launch-engine.ts';
import { engineCommand, waitForEnd } from './support/engine.ts';

let dataDir: string;
let pid = 0;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'tidemark-engine-'));
});
afterAll(async () => {
  if (pid !== 0) process.kill(pid, 'SIGTERM');
  await waitForEnd(pid);
  await rm(dataDir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
});

async function launch(reader: LaunchEngineOptions['reader']) {
  const engine = await launchEngine({ dataDir, command: engineCommand(dataDir), restart: false, reader });
  pid = engine.pid;
  return engine;
}

const statusOf = (url: string, password: string): Promise<number> =>
  fetch(`${url}/?query=SELECT%201`, {
    headers: { 'x-clickhouse-user': 'reader', 'x-clickhouse-key': password },
  }).then(
    ({ status }) => status,
    () => 0,
  );

test('the engine moves its readers without a restart, and keeps their place for who does not say', async () => {
  const first = await launch(undefined);
  const port = await findFreePort();
  const chosen = await launch({ host: '127.0.0.1', port, password: 'first-password' });
  expect(chosen.pid).toBe(first.pid);
  expect(chosen.reader).toEqual({
    url: `http://127.0.0.1:${port}`,
    username: 'reader',
    password: 'first-password',
  });
  expect(await statusOf(chosen.reader.url, 'first-password')).toBe(200);
  expect(await statusOf(first.reader.url, first.reader.password)).toBe(0);

  const changed = await launch({ host: '127.0.0.1', port, password: 'second-password' });
  expect(await statusOf(changed.reader.url, 'first-password')).toBe(403);
  expect(await statusOf(changed.reader.url, 'second-password')).toBe(200);
  expect((await launch(undefined)).reader).toEqual(changed.reader);

  const automatic = await launch('automatic');
  expect(await statusOf(changed.reader.url, 'second-password')).toBe(0);
  expect(await statusOf(automatic.reader.url, automatic.reader.password)).toBe(200);
  expect((await launch('automatic')).reader).toEqual(automatic.reader);
});

test('a port that another program has is told of, and readers stay where they are', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await new Promise((done) => other.once('listening', done));
  const { port } = other.address() as AddressInfo;
  const before = await launch(undefined);
  await expect(launch({ host: '127.0.0.1', port, password: 'some-password' })).rejects.toThrow(
    `reader.listen: 127.0.0.1:${port} is in use by another program`,
  );
  expect(await statusOf(before.reader.url, before.reader.password)).toBe(200);
  other.close();
});

test('readers keep their server when their own port cannot be had at another address', async () => {
  const before = await launch({ host: '127.0.0.1', port: await findFreePort(), password: 'kept-password' });
  const port = Number(new URL(before.reader.url).port);
  // Where the machine has no ::1 at all it cannot be had either.
  const other = createServer()
    .on('error', () => undefined)
    .listen(port, '::1');
  await expect(launch({ host: '::1', port, password: 'some-password' })).rejects.toThrow('is in use by');
  expect(await statusOf(before.reader.url, 'kept-password')).toBe(200);
  expect((await launch(undefined)).reader).toEqual(before.reader);
  other.close();
});

test('a reader cannot move the port', async () => {
  const { reader } = await launch(undefined);
  const response = await fetch(`${reader.url}/reader`, {
    method: 'POST',
    headers: { 'x-clickhouse-user': reader.username, 'x-clickhouse-key': reader.password },
    body: '"automatic"',
  });
  expect(response.status).toBe(404);
});
