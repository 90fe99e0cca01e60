// An HTTP proxy before ClickHouse that fails inserts in the way it is told to, and passes everything else on.
import { createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** `lose-answer` stores the rows and closes the connection; `full` answers with ClickHouse's own code of a full disk. */
export type InsertFault = 'refuse' | 'close' | 'hang' | 'lose-answer' | 'full';

export interface StoreProxy {
  /** With the user and password of the target. */
  readonly url: string;
  /** Until the next call; what hangs is left hanging. */
  fail(how: InsertFault | undefined): void;
  /** Closes the connections of inserts that hang. */
  letGo(): void;
  /** Inserts failed so far, by how. */
  failed(): Readonly<Partial<Record<InsertFault, number>>>;
  close(): void;
}

export async function startStoreProxy(target: string): Promise<StoreProxy> {
  const { hostname, port, username, password } = new URL(target);
  let fault: InsertFault | undefined;
  const failed: Partial<Record<InsertFault, number>> = {};
  const hanging = new Set<ServerResponse>();

  const passOn = async (request: IncomingMessage, body: Buffer): Promise<PassedOn> =>
    new Promise((resolve, reject) => {
      const { url: path, method } = request;
      const { 'transfer-encoding': _, ...headers } = request.headers;
      const passed = send(
        { hostname, port, path, method, headers: { ...headers, 'content-length': body.length } },
        (response) => {
          const { statusCode: status = 500, headers: given } = response;
          buffer(response).then((read) => resolve({ status, headers: given, body: read }), reject);
        },
      );
      passed.on('error', reject);
      passed.end(body);
    });

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await buffer(request);
    const how = isInsert(request) ? fault : undefined;
    if (how !== undefined) failed[how] = (failed[how] ?? 0) + 1;
    if (how === 'refuse') return void response.writeHead(503).end('Service Unavailable');
    if (how === 'full')
      return void response
        .writeHead(500, { 'X-ClickHouse-Exception-Code': '243' })
        .end('Code: 243. DB::Exception: Cannot reserve 1.00 MiB, not enough space. (NOT_ENOUGH_SPACE)');
    if (how === 'close') return void request.socket.destroy();
    if (how === 'hang') return void hanging.add(response);
    const passed = await passOn(request, body);
    if (how === 'lose-answer') return void request.socket.destroy();
    const { 'transfer-encoding': _, 'content-length': __, ...headers } = passed.headers;
    response.writeHead(passed.status, headers).end(passed.body);
  };

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const letGo = (): void => {
    for (const response of hanging) response.destroy();
    hanging.clear();
  };
  return {
    url: `http://${username}:${password}@127.0.0.1:${(server.address() as AddressInfo).port}`,
    fail: (how) => {
      fault = how;
    },
    letGo,
    failed: () => failed,
    close: () => {
      letGo();
      server.closeAllConnections();
      server.close();
    },
  };
}

interface PassedOn {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** Their statements stand in the address, their rows in the body. */
const isInsert = ({ url = '' }: IncomingMessage): boolean =>
  /^\s*INSERT INTO/.test(new URL(url, 'http://any').searchParams.get('query') ?? '');
