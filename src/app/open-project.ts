// A project as single commands need it: its settings and its store, opened and closed again.
import type { Store } from '../model/store.ts';
import { type LoadSettingsOptions, loadSettings } from './config/load-settings.ts';
import type { Settings } from './config/settings.ts';
import { openProjectStore, type PartsOptions } from './open-parts.ts';
import { systemClock } from './system-clock.ts';

export interface Project {
  readonly settings: Settings;
  readonly store: Store;
  readonly clock: typeof systemClock;
}

/** @throws ConfigError, StoreError, and whatever `work` throws. */
export async function withProject<Result>(
  options: LoadSettingsOptions & Pick<PartsOptions, 'engineCommand'>,
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
