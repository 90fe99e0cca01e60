// Tells when the rules folder has changed, once per burst of writes.
import { watch } from 'chokidar';
import { isRuleFile } from './read-rule-files.ts';

/** Editors write a file in several steps, and a checkout writes many files. */
const QUIET_MS = 200;

export interface RulesWatch {
  stop(): Promise<void>;
}

/** `onChange` is never called twice at once. */
export function watchRules(folder: string, onChange: () => Promise<void>): RulesWatch {
  let timer: NodeJS.Timeout | undefined;
  let running = Promise.resolve();
  const watcher = watch(folder, { ignoreInitial: true });
  watcher.on('all', (_event, path) => {
    if (!isRuleFile(path)) return;
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
