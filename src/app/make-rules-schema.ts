// Makes the JSON Schema of a project's rule files, with the names of its rules, sinks, events and traits in it.
import { buildSchema } from '../rules/schema/build-schema.ts';
import { collectNames } from '../rules/schema/collect-names.ts';
import type { ProjectNames } from '../rules/schema/project-names.ts';
import { readEventCounts } from '../store/read/read-event-counts.ts';
import { readTraitNames } from '../store/read/read-trait-names.ts';
import { askReachableStore, type ReachableStoreOptions } from './ask-reachable-store.ts';
import type { Settings } from './config/settings.ts';
import { readRuleFiles } from './read-rule-files.ts';

export interface RulesSchemaOptions extends ReachableStoreOptions {
  readonly settings: Pick<Settings, 'dataDir' | 'servers' | 'sinkNames'>;
  /** The rules folder. */
  readonly folder: string;
}

export interface RulesSchema {
  /** JSON, with a line break at its end. */
  readonly text: string;
  readonly names: ProjectNames;
  /** False when no database told which events and traits it has seen; then they are those of the rules. */
  readonly asked: boolean;
}

/** @throws RulesFolderError when the folder cannot be read. */
export async function makeRulesSchema(options: RulesSchemaOptions): Promise<RulesSchema> {
  const files = await readRuleFiles(options.folder);
  const seen = await askReachableStore(options, async (store) => ({
    events: await readEventCounts(store),
    traits: await readTraitNames(store),
  }));
  const names = collectNames(files, {
    sinks: options.settings.sinkNames,
    events: seen?.events,
    accountTraits: seen?.traits.account,
    userTraits: seen?.traits.user,
  });
  return { text: `${JSON.stringify(buildSchema(names), undefined, 2)}\n`, names, asked: seen !== undefined };
}
