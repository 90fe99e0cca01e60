// Notices that an engine is no longer needed: a connection, busy or idle, is a user.
import type { Server } from 'node:http';

export interface IdleWatch {
  readonly servers: readonly Server[];
  /** Milliseconds without any connection; Infinity for never. */
  readonly idleMs: number;
  readonly onIdle: () => void;
}

/** Calls `onIdle` once `idleMs` have passed since the last connection closed, or since now if none comes. */
export function watchIdle({ servers, idleMs, onIdle }: IdleWatch): void {
  if (idleMs === Number.POSITIVE_INFINITY) return;
  let connections = 0;
  let timer = setTimeout(onIdle, idleMs);
  for (const server of servers) {
    server.on('close', () => clearTimeout(timer));
    server.on('connection', (socket) => {
      connections += 1;
      clearTimeout(timer);
      socket.once('close', () => {
        connections -= 1;
        if (connections > 0) return;
        clearTimeout(timer);
        timer = setTimeout(onIdle, idleMs);
      });
    });
  }
}
