// The doctor says what it did not ask, so that "ok" is never taken for more than was looked at.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { examineSinks } from '../../../../src/app/doctor/examine-project.ts';
import { examineReader } from '../../../../src/app/doctor/examine-reader.ts';

const settings = (type: string) =>
  ({
    sinks: new Map([['crm', { type }]]),
    sinkNames: ['crm'],
    routes: new Map([['pql', ['crm']]]),
  }) as unknown as Parameters<typeof examineSinks>[0];

test('a sink elsewhere is listed as not asked; one on this machine needs no asking', () => {
  expect(examineSinks(settings('hubspot')).found).toBe(
    'crm (hubspot); not asked whether they answer and accept what we send',
  );
  expect(examineSinks(settings('file')).found).toBe('crm (file)');
});

test('the port of readers is well when it answers, and told when it does not', async () => {
  const server = createServer((request, response) => {
    response.statusCode = request.url === '/ping' ? 200 : 401;
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  expect(await examineReader(url, 1000)).toMatchObject({ status: 'ok', found: `${url} answers` });
  await new Promise((resolve) => server.close(resolve));
  expect(await examineReader(url, 1000)).toMatchObject({
    status: 'warn',
    found: expect.stringContaining('does not answer: connect ECONNREFUSED'),
  });
});
