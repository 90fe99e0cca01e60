// Notices that an engine is no longer needed: a connection, busy or idle, is a user.
import type { Server } from 'node:http';

export interface WatchIdleOptions {
  readonly servers: readonly Server[];
  /** Milliseconds without any connection; Infinity for never. */
  readonly idleMs: number;
  readonly onIdle: () => void;
}

export interface IdleWatch {
  /** Counts the connections of one more server. */
  add(server: Server): void;
}

/** Calls `onIdle` once `idleMs` have passed since the last connection closed, or since now if none comes. */
export function watchIdle({ servers, idleMs, onIdle }: WatchIdleOptions): IdleWatch {
  if (idleMs === Number.POSITIVE_INFINITY) return { add: () => undefined };
  let connections = 0;
  // Not a reason to live on: a socket may report its end after its server was closed.
  const startTimer = () => setTimeout(onIdle, idleMs).unref();
  let timer = startTimer();
  const add = (server: Server): void => {
    server.on('connection', (socket) => {
      connections += 1;
      clearTimeout(timer);
      socket.once('close', () => {
        connections -= 1;
        if (connections === 0) timer = startTimer();
      });
    });
  };
  for (const server of servers) add(server);
  return { add };
}
