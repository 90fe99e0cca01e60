// The project's database for the doctor, who makes nothing: an embedded engine is asked where its folder is there
// already, and a server is only read.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Store } from '../../model/store.ts';
import { openStore, type StoreOptions } from '../../store/clickhouse-store.ts';
import { launchEngine } from '../../store/engine/launch-engine.ts';
import type { Settings } from '../config/settings.ts';

export interface OpenToExamine {
  readonly settings: Pick<Settings, 'dataDir' | 'servers'>;
  readonly engineCommand: (dataDir: string) => readonly string[];
  readonly patienceMs: number;
}

export interface ExaminedStore {
  readonly store: Store;
  /** The same server without this project's database, which may not be there. */
  readonly server: Store;
  readonly where: string;
  /** Where data teams read an embedded engine. */
  readonly readerUrl?: string;
  close(): Promise<void>;
}

/** Undefined where no embedded engine has ever been. @throws StoreError when it cannot be started again. */
export async function openToExamine(options: OpenToExamine): Promise<ExaminedStore | undefined> {
  const { clickhouseUrl, prefix } = options.settings.servers;
  if (clickhouseUrl !== undefined) {
    return openBoth(
      { url: clickhouseUrl, database: prefix },
      options,
      `ClickHouse at ${new URL(clickhouseUrl).host}`,
    );
  }
  const { dataDir } = options.settings;
  if (!existsSync(join(dataDir, 'engine.json'))) return undefined;
  const command = options.engineCommand(dataDir);
  const engine = await launchEngine({ dataDir, command, timeoutMs: options.patienceMs, restart: false });
  const { url, username, password } = engine;
  const opened = openBoth({ url, username, password, database: prefix }, options, 'embedded engine');
  return { ...opened, readerUrl: engine.reader.url, close: () => opened.close().finally(engine.release) };
}

function openBoth(connect: StoreOptions, { patienceMs }: OpenToExamine, where: string): ExaminedStore {
  const limited = { ...connect, requestTimeoutMs: patienceMs };
  const store = openStore(limited);
  const server = openStore({ ...limited, database: 'default' });
  return {
    store,
    server,
    where,
    close: async () => {
      await Promise.all([store.close(), server.close()]);
    },
  };
}
