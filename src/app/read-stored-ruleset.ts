// Reads the rule files of a ruleset that was applied once, perhaps by an older version. Checks nothing against a project.
import { findDefinition } from '../rules/find-definition.ts';
import { type RulesetReading, readRuleset } from '../rules/read-ruleset.ts';
import type { RuleFiles } from '../rules/ruleset.ts';

/** What is an error only since it was applied is none: it means what it meant. */
export const readStoredRuleset = (files: RuleFiles): RulesetReading => readRuleset(files, { stored: true });

/** In one line, which part of the ruleset in force cannot be read, and what to do. */
export function describeUnreadable(files: RuleFiles, { problems }: RulesetReading): string {
  const errors = problems.filter(({ severity }) => severity === 'error');
  const [first] = errors;
  const where = first && findDefinition(files, first.position);
  const place = first && `${first.position.file}:${first.position.line}:${first.position.column}`;
  const what = `${where === undefined ? '' : `${where}, `}${place}: ${first?.code} ${first?.message}`;
  const more = errors.length > 1 ? `, and ${errors.length - 1} more` : '';
  const hint = first?.hint === undefined ? '' : ` (${first.hint})`;
  return `the rules in force cannot be read by this version: ${what}${hint}${more}; correct them in the rules folder and apply it again: tidemark rules apply DIR`;
}
