// The port of readers, which moves when the configuration says so while the engine runs: who started the engine may
// not have known it.
import type { RequestListener, Server } from 'node:http';
import { EngineFailure } from './engine-failure.ts';
import type { EngineUser } from './engine-users.ts';
import { listen, listenOn, portOf } from './listen.ts';
import type { LockFile } from './lock-file.ts';
import { makePassword, READER_NAME, type WantedReader } from './reader-place.ts';

interface OpenReaderPort {
  /** Of the engine that had the directory before. */
  readonly before: LockFile | undefined;
  readonly listenerFor: (user: EngineUser) => RequestListener;
}

type ReaderLock = Pick<LockFile, 'reader' | 'readerHost' | 'readerPort' | 'readerChosen'>;

interface ReaderPort {
  /** For the lock file. */
  place(): ReaderLock;
  /** The one that listens, and those that still finish. */
  servers(): readonly Server[];
  /**
   * Statements that run are answered; whoever comes next needs the new place and password.
   * @returns the new server. @throws EngineFailure when its port is taken; then readers stay where they are.
   */
  move(wanted: WantedReader): Promise<Server>;
}

const LOOPBACK = '127.0.0.1';

export async function openReaderPort({ before, listenerFor }: OpenReaderPort): Promise<ReaderPort> {
  let user = before?.reader ?? { username: READER_NAME, password: makePassword() };
  let host = before?.readerHost ?? LOOPBACK;
  let chosen = before?.readerChosen ?? false;
  let server = await listen(listenerFor(user), { host, wantedPort: before?.readerPort });
  if (chosen && portOf(server) !== before?.readerPort)
    process.stderr.write(
      `port ${before?.readerPort} of readers is taken; they are served on ${portOf(server)}\n`,
    );
  const servers = [server];
  const openElsewhere = async (wanted: WantedReader, next: EngineUser): Promise<Server> => {
    if (wanted === 'automatic') return listen(listenerFor(next), { host: LOOPBACK, wantedPort: undefined });
    const { port } = wanted;
    const isSame = port === portOf(server);
    // The same port with another password: it must be free first.
    if (isSame) server.close();
    try {
      return await listen(listenerFor(next), { host: wanted.host, wantedPort: port, strict: true });
    } catch {
      // The same server, and on another port when even this one is taken: readers are never without.
      if (isSame) await listenOn(server, { host, wantedPort: port });
      throw new EngineFailure(
        210,
        `reader.listen: ${wanted.host}:${port} is in use by another program; write another port under "reader" in tidemark.yaml, or stop that program`,
        409,
      );
    }
  };
  return {
    place: () => ({ reader: user, readerHost: host, readerPort: portOf(server), readerChosen: chosen }),
    servers: () => servers,
    move: async (wanted) => {
      const password = wanted === 'automatic' ? makePassword() : wanted.password;
      const next = { username: READER_NAME, password };
      const opened = await openElsewhere(wanted, next);
      if (server.listening) server.close();
      server.closeIdleConnections();
      [server, user] = [opened, next];
      host = wanted === 'automatic' ? LOOPBACK : wanted.host;
      chosen = wanted !== 'automatic';
      servers.push(opened);
      return opened;
    },
  };
}
