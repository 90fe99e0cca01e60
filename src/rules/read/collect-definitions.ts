// Parses every rule file and gathers what it defines, before anything is read: names may be used before they stand.
import { isRuleFile } from '../is-rule-file.ts';
import type { RuleFiles } from '../ruleset.ts';
import { hintName, NAME } from './hint-name.ts';
import { KEYWORDS } from './keywords.ts';
import { parseYaml } from './parse-yaml.ts';
import type { ProblemList } from './problem-list.ts';
import { readMap } from './read-map.ts';
import { type Definition, SECTIONS, type Section } from './reading.ts';
import { type MapEntry, positionOf, type SourceNode } from './source.ts';

const TOP_KEYS = [...SECTIONS, 'defaults'];

export interface Collected {
  readonly definitions: Readonly<Record<Section, ReadonlyMap<string, Definition>>>;
  /** False when a file could not be read whole. */
  readonly complete: boolean;
  /** `defaults` by file. */
  readonly defaults: ReadonlyMap<string, SourceNode>;
}

/** Files in the order of their names. */
export function collectDefinitions(files: RuleFiles, problems: ProblemList): Collected {
  const definitions = {
    metrics: new Map(),
    segments: new Map(),
    scores: new Map(),
    grades: new Map(),
    rules: new Map(),
  };
  const defaults = new Map<string, SourceNode>();
  let complete = true;
  const names = Object.keys(files).filter(isRuleFile);
  for (const name of names.sort()) {
    const parsed = parseYaml(name, files[name] ?? '', problems);
    complete &&= parsed.complete;
    if (parsed.root === undefined) continue;
    const top = readMap(parsed.root, { problems }, { what: 'a rule file', keys: TOP_KEYS });
    for (const section of SECTIONS)
      collectSection(section, top?.get(section), { known: definitions[section], problems });
    const own = top?.get('defaults');
    if (own !== undefined) defaults.set(name, own.value);
  }
  return { definitions, complete, defaults };
}

interface SectionPlace {
  readonly known: Map<string, Definition>;
  readonly problems: ProblemList;
}

function collectSection(
  section: Section,
  entry: MapEntry | undefined,
  { known, problems }: SectionPlace,
): void {
  if (entry === undefined || entry.value.kind === 'invalid') return;
  if (entry.value.kind !== 'map') {
    problems.add('T011', entry.value.span, `"${section}" must be a map from names to definitions`);
    return;
  }
  for (const definition of entry.value.entries) {
    const name = definition.key;
    const first = known.get(name);
    if (!NAME.test(name)) {
      problems.add('T015', definition.keySpan, `"${name}" is not a name`, hintName(name));
    } else if (section === 'metrics' && KEYWORDS.has(name)) {
      problems.add(
        'T017',
        definition.keySpan,
        `a metric cannot be called "${name}": the word means something here`,
        `such as ${name}_count`,
      );
    } else if (first !== undefined) {
      const { file, line } = positionOf(first.keySpan);
      problems.add(
        'T016',
        definition.keySpan,
        `"${name}" is defined twice in "${section}"`,
        `the first is in ${file}:${line}`,
      );
    } else {
      known.set(name, { ...definition, name });
    }
  }
}
