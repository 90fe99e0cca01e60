// Stands between a client and a collector, and fails when it is told to: what a client then does is its own business.
import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
  request as send,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface FailingProxy {
  readonly url: string;
  /** The next requests are answered 503: `before` nothing was passed on, `after` it was, and the answer is lost. */
  failNext(...how: readonly ('before' | 'after')[]): void;
  /** The status of every answer that was given, oldest first. */
  answered(): readonly number[];
  close(): void;
}

/** @param target The collector's address; paths and headers are passed on as they come. */
export async function startFailingProxy(target: string): Promise<FailingProxy> {
  const planned: ('before' | 'after')[] = [];
  const answered: number[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await buffer(request);
    const fault = planned.shift();
    const passed = fault === 'before' ? undefined : await passOn(target, request, body);
    const status = fault === undefined ? (passed?.status ?? 500) : 503;
    answered.push(status);
    response.writeHead(status, { 'content-type': passed?.type ?? 'application/json' });
    response.end(fault === undefined ? passed?.body : '{}');
  };
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${portOf(server)}`,
    failNext: (...how) => void planned.push(...how),
    answered: () => answered,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

interface PassedOn {
  readonly status: number | undefined;
  readonly type: string | undefined;
  readonly body: Buffer;
}

/** Not with fetch, which puts paths and headers in order. */
function passOn(target: string, { url, method, headers }: IncomingMessage, body: Buffer): Promise<PassedOn> {
  const { hostname, port } = new URL(target);
  const { 'transfer-encoding': _, ...kept } = headers;
  return new Promise((resolve, reject) => {
    const passed = send(
      { hostname, port, path: url, method, headers: { ...kept, 'content-length': body.length } },
      (response) => {
        const { statusCode: status, headers: given } = response;
        buffer(response).then((read) => resolve({ status, type: given['content-type'], body: read }), reject);
      },
    );
    passed.on('error', reject);
    passed.end(body);
  });
}
