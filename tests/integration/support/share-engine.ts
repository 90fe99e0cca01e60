// One engine for the tests of a file or block, and projects on it, each on a database of its own.
import { afterAll, beforeAll } from 'vitest';
import { startTestEngine, type TestEngine } from './engine.ts';
import { openProject, type Project } from './project.ts';

export interface SharedEngine {
  /** Only in hooks and tests: the engine is started before them. */
  openProject(timezone?: string): Promise<Project>;
}

/** To be called where the hooks of the block stand: the engine starts before its tests, and ends after them. */
export function shareEngine(): SharedEngine {
  let engine: TestEngine | undefined;
  beforeAll(async () => {
    engine = await startTestEngine();
  });
  afterAll(() => engine?.stop());
  return {
    async openProject(timezone) {
      if (engine === undefined)
        throw new Error('the engine is not started yet; open projects in hooks or tests');
      return openProject(await engine.openDatabase(), timezone);
    },
  };
}
