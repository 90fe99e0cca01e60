// A TCP proxy before a server: passes everything on until it is told to swallow, and then keeps connections open on
// which nothing comes any more, as a broken network does. Before Kafka it also puts its own address into the answers.
import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { createServer, type Socket, connect as toServer } from 'node:net';

export interface SwallowingProxy {
  /** `127.0.0.1:port`. */
  readonly address: string;
  /** From now on; `only` is asked with what a client sends, and stays true of its connection. */
  swallow(only?: (sent: Buffer) => boolean): void;
  /** Bytes that clients have sent in vain. */
  swallowed(): number;
  close(): Promise<void>;
}

const HOST = '127.0.0.1';
const FETCH = 1;

/** Of Kafka: whether a request fetches messages. */
export const fetches = (sent: Buffer): boolean => sent.length >= 6 && sent.readInt16BE(4) === FETCH;

/** `target` is an address on 127.0.0.1. */
export async function startSwallowingProxy(target: string): Promise<SwallowingProxy> {
  const targetPort = Number(target.split(':').at(-1));
  const sockets = new Set<Socket>();
  let isSwallowing = false;
  let isMeant = (_: Buffer): boolean => true;
  let swallowed = 0;
  let port = 0;

  const server = createServer((client) => {
    const upstream = toServer(targetPort, HOST);
    let fell = false;
    client.on('data', (chunk) => {
      if (isSwallowing && isMeant(chunk)) fell = true;
      if (fell) swallowed += chunk.length;
      else upstream.write(chunk);
    });
    upstream.on('data', (chunk) => {
      if (!fell) client.write(withPort(chunk, { from: targetPort, to: port }));
    });
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        // Nor does the server's end of a swallowed connection reach its client.
        if (!(fell && socket === upstream)) other.destroy();
      });
    }
  });
  server.listen(0, HOST);
  await once(server, 'listening');
  const bound = server.address();
  port = typeof bound === 'object' && bound !== null ? bound.port : 0;
  return {
    address: `${HOST}:${port}`,
    swallow: (only = () => true) => {
      isMeant = only;
      isSwallowing = true;
    },
    swallowed: () => swallowed,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A broker names itself by host and port, one right after the other. */
function withPort(chunk: Buffer, { from, to }: { readonly from: number; readonly to: number }): Buffer {
  const named = Buffer.alloc(HOST.length + 4);
  named.write(HOST);
  named.writeInt32BE(from, HOST.length);
  const changed = Buffer.from(chunk);
  for (let at = changed.indexOf(named); at !== -1; at = changed.indexOf(named, at + 1))
    changed.writeInt32BE(to, at + HOST.length);
  return changed;
}
