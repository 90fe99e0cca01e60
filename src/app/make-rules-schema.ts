// Makes the JSON Schema of a project's rule files, with the names of its rules, sinks, events and traits in it.
import { buildSchema } from '../rules/schema/build-schema.ts';
import { collectNames } from '../rules/schema/collect-names.ts';
import type { ProjectNames } from '../rules/schema/project-names.ts';
import type { ReachableStoreOptions } from './ask-reachable-store.ts';
import type { Settings } from './config/settings.ts';
import { readRuleFiles } from './read-rule-files.ts';
import { readSeenNames } from './read-seen-names.ts';

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
  const { seenEvents, seenTraits } = await readSeenNames(options);
  const names = collectNames(files, {
    sinks: options.settings.sinkNames,
    events: seenEvents,
    accountTraits: seenTraits?.account,
    userTraits: seenTraits?.user,
  });
  const asked = seenEvents !== undefined || seenTraits !== undefined;
  return { text: `${JSON.stringify(buildSchema(names), undefined, 2)}\n`, names, asked };
}
