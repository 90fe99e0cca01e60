// Calls back at once and whenever a rule or a test of a folder has changed, once per burst of writes.
import { watch } from 'chokidar';

/** Editors write a file in several steps, and a checkout writes many files. */
const QUIET_MS = 100;

export interface FolderWatch {
  /** Resolves once a call that is under way has ended. */
  stop(): Promise<void>;
}

/** `onChange` is never called twice at once; changes during a call make one more. */
export function watchFolder(folder: string, onChange: () => Promise<void>): FolderWatch {
  let timer: NodeJS.Timeout | undefined;
  let running = onChange();
  const watcher = watch(folder, { ignoreInitial: true });
  watcher.on('all', (_event, path) => {
    if (!/\.ya?ml$/.test(path)) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      running = running.then(onChange);
    }, QUIET_MS);
  });
  return {
    stop: async () => {
      clearTimeout(timer);
      await watcher.close();
      await running;
    },
  };
}
