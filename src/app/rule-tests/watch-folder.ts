// Calls back at once and whenever a rule or a test of a folder has changed, once per burst of writes.
import { watch } from 'chokidar';

/** Editors write a file in several steps, and a checkout writes many files. */
const QUIET_MS = 100;

/** `onChange` is never called twice at once; changes during a call make one more. As long as the process lives. */
export function watchFolder(folder: string, onChange: () => Promise<void>): void {
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
}
