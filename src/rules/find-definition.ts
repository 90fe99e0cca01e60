// Which definition of the rule files a place is part of, for messages about files that are not at hand.
import type { SourcePosition } from '../model/problem.ts';
import { collectDefinitions } from './read/collect-definitions.ts';
import { ProblemList } from './read/problem-list.ts';
import { SECTIONS, SINGULAR } from './read/reading.ts';
import { positionOf } from './read/source.ts';
import type { RuleFiles } from './ruleset.ts';

/** Such as `rule "busy"`; undefined where none begins above. */
export function findDefinition(files: RuleFiles, place: SourcePosition): string | undefined {
  const { definitions } = collectDefinitions(files, new ProblemList());
  let nearest: { readonly at: SourcePosition; readonly text: string } | undefined;
  for (const section of SECTIONS)
    for (const [name, { keySpan }] of definitions[section]) {
      const at = positionOf(keySpan);
      if (at.file !== place.file || isAfter(at, place)) continue;
      if (nearest === undefined || isAfter(at, nearest.at))
        nearest = { at, text: `${SINGULAR[section]} "${name}"` };
    }
  return nearest?.text;
}

const isAfter = (a: SourcePosition, b: SourcePosition): boolean =>
  a.line > b.line || (a.line === b.line && a.column > b.column);
