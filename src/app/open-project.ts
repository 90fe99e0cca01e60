// A project as single commands need it: its settings and its store, opened and closed again.
import type { Store } from '../model/store.ts';
import { type LoadSettingsOptions, loadSettings } from './config/load-settings.ts';
import type { Settings } from './config/settings.ts';
import { openProjectStore, openStoreToRead, type PartsOptions } from './open-parts.ts';
import { systemClock } from './system-clock.ts';

export interface Project {
  readonly settings: Settings;
  readonly store: Store;
  readonly clock: typeof systemClock;
}

type ProjectOptions = LoadSettingsOptions & Pick<PartsOptions, 'engineCommand'>;

/** Its database is made and migrated where needed. @throws ConfigError, StoreError, and whatever `work` throws. */
export async function withProject<Result>(
  options: ProjectOptions,
  work: (project: Project) => Promise<Result>,
): Promise<Result> {
  const settings = await loadSettings(options);
  const clock = systemClock;
  const { store, close } = await openProjectStore({ settings, clock, engineCommand: options.engineCommand });
  try {
    return await work({ settings, store, clock });
  } finally {
    await close();
  }
}

/**
 * For commands that only look. `notify` is told what is worth knowing about the database.
 * @throws ConfigError, StoreError (also when there is no database of this version yet), and whatever `work` throws.
 */
export async function withProjectToRead<Result>(
  options: ProjectOptions & {
    readonly as: 'owner' | 'reader';
    readonly notify: (notice: string) => void;
  },
  work: (project: Project) => Promise<Result>,
): Promise<Result> {
  const settings = await loadSettings(options);
  const { as, engineCommand } = options;
  const opened = await openStoreToRead({ settings, clock: systemClock, engineCommand, as });
  try {
    if (opened.notice !== undefined) options.notify(opened.notice);
    return await work({ settings, store: opened.store, clock: systemClock });
  } finally {
    await opened.close();
  }
}
