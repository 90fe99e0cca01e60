// Keeps the write keys made by commands at hand, read from the store every few seconds. A store that is away changes
// nothing: whoever could send before still can.
import { setTimeout as sleep } from 'node:timers/promises';
import type { KeysByHash } from '../../ingest/collector/write-keys.ts';
import type { IngestLogger } from '../../ingest/ingest-logger.ts';
import type { Store } from '../../model/store.ts';
import { readStoredKeys } from '../../store/keys/read-stored-keys.ts';
import { repeatEvery } from '../repeat-every.ts';

export interface KeepKeysOptions {
  readonly store: Store;
  readonly logger: Pick<IngestLogger, 'info' | 'warn'>;
  /** Between one reading and the next; a new key and a revoked one are known after this at the latest. */
  readonly everyMs?: number;
}

export interface KeptKeys {
  /** Those that are valid; undefined until the store has answered for the first time. */
  current(): KeysByHash | undefined;
  /** Resolves once they were read, or after `patienceMs`. */
  read(patienceMs: number): Promise<void>;
  stop(): Promise<void>;
}

const EVERY_MS = 2000;

export function keepStoredKeys({ store, logger, everyMs = EVERY_MS }: KeepKeysOptions): KeptKeys {
  let current: KeysByHash | undefined;
  let isAway = false;
  let readOnce = (): void => {};
  const firstRead = new Promise<void>((resolve) => {
    readOnce = resolve;
  });
  const repetition = repeatEvery(everyMs, async () => {
    try {
      const keys = await readStoredKeys(store);
      current = new Map(
        keys.flatMap((key) => (key.revokedAt === undefined ? [[key.keyHash, key.name]] : [])),
      );
      if (isAway) logger.info({}, 'the write keys can be read again');
      isAway = false;
      readOnce();
    } catch (error) {
      if (!isAway) logger.warn({ err: error }, explain(current));
      isAway = true;
    }
  });
  return {
    current: () => current,
    read: (patienceMs) => Promise.race([firstRead, sleep(patienceMs, undefined, { ref: false })]),
    stop: () => repetition.stop(),
  };
}

const explain = (known: KeysByHash | undefined): string =>
  known === undefined
    ? 'the write keys made by "tidemark keys create" cannot be read; until they are, only those of tidemark.yaml are taken'
    : 'the write keys cannot be read; the last known ones stay valid';
