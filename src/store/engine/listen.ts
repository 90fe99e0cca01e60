// Opens one port of the engine.
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';

interface Place {
  /** A loopback address. */
  readonly host: string;
  /** Insisted on for two seconds; undefined lets the system choose. */
  readonly wantedPort: number | undefined;
  /** Fail when the port stays taken, instead of taking another one. Default false. */
  readonly strict?: boolean;
}

/** Parameters travel in the address: as much as ClickHouse's own server takes. */
const MAX_HEADER = 1_048_576;

/** @throws the system's error when it is strict and the port is taken. */
export async function listen(listener: RequestListener, place: Place): Promise<Server> {
  const server = createServer(
    { keepAliveTimeout: 5_000, requestTimeout: 0, maxHeaderSize: MAX_HEADER },
    listener,
  );
  await listenOn(server, place);
  return server;
}

/** Also a server that was closed before. @throws as `listen` does. */
export async function listenOn(server: Server, { host, wantedPort, strict }: Place): Promise<void> {
  const tryPort = (port: number) =>
    new Promise<void>((done, fail) => {
      server.once('error', fail).listen(port, host, () => done(void server.off('error', fail)));
    });
  const until = Date.now() + (wantedPort === undefined ? 0 : INSIST_MS);
  for (;;) {
    try {
      return await tryPort(wantedPort ?? 0);
    } catch (error) {
      if (Date.now() < until) await setTimeout(100);
      else if (strict) throw error;
      else break;
    }
  }
  await tryPort(0);
}

/** Whoever holds an engine that died knows its port; a passing connection may have it for a moment. */
const INSIST_MS = 2000;

export const portOf = (server: Server): number => (server.address() as AddressInfo).port;
