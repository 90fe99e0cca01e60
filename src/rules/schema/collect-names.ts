// The names that a project uses: what its rule files define and mention, and what its database has seen. Files with
// mistakes give what can be read of them, since an editor is opened to repair them.
import { METRIC_KINDS } from '../metrics/metric-kinds.ts';
import { collectDefinitions } from '../read/collect-definitions.ts';
import { ProblemList } from '../read/problem-list.ts';
import type { Definition } from '../read/reading.ts';
import { entryOf, type SourceNode, type Span } from '../read/source.ts';
import type { RuleFiles } from '../ruleset.ts';
import type { ProjectNames } from './project-names.ts';

export interface SeenNames {
  readonly sinks?: readonly string[] | undefined;
  /** How often each was received, the most frequent first; undefined when nobody can tell. */
  readonly events?: ReadonlyMap<string, number> | undefined;
  readonly accountTraits?: readonly string[] | undefined;
  readonly userTraits?: readonly string[] | undefined;
}

/** More than an editor can show; the rarest are left out. */
const MOST_NAMES = 200;
const MOST_CHARACTERS = 160;

/** Never throws, whatever the text. */
export function collectNames(files: RuleFiles, seen: SeenNames): ProjectNames {
  const { definitions } = collectDefinitions(files, new ProblemList());
  const said = new Said();
  for (const section of Object.values(definitions))
    for (const { value } of section.values()) said.visit(value);
  return {
    metrics: textsOf(definitions.metrics),
    segments: textsOf(definitions.segments),
    scores: textsOf(definitions.scores),
    grades: textsOf(definitions.grades),
    rules: textsOf(definitions.rules),
    bands: bandsOf(definitions.scores),
    sinks: seen.sinks ?? [],
    events: new Map(
      first([...(seen.events ?? []), ...unseen(said.events, seen.events)] as [string, number | undefined][]),
    ),
    accountTraits: first([...new Set([...(seen.accountTraits ?? []), ...said.traits('account')])]),
    userTraits: first([...new Set([...(seen.userTraits ?? []), ...said.traits('user')])]),
  };
}

const first = <T>(names: readonly T[]): readonly T[] => names.slice(0, MOST_NAMES);

const unseen = (
  said: ReadonlySet<string>,
  seen: ReadonlyMap<string, number> | undefined,
): readonly (readonly [string, undefined])[] =>
  [...said]
    .filter((name) => seen?.has(name) !== true)
    .sort()
    .map((name) => [name, undefined]);

const textsOf = (definitions: ReadonlyMap<string, Definition>): ReadonlyMap<string, string> =>
  new Map([...definitions].map(([name, { value }]) => [name, oneLine(value.span)]));

function oneLine({ file, start, end }: Span): string {
  const text = file.text.slice(start, Math.min(end, start + 4 * MOST_CHARACTERS));
  const line = text.replace(/#.*$/gm, '').replace(/\s+/g, ' ').trim();
  return line.length <= MOST_CHARACTERS ? line : `${line.slice(0, MOST_CHARACTERS)}…`;
}

function bandsOf(scores: ReadonlyMap<string, Definition>): ReadonlyMap<string, readonly string[]> {
  const bands = new Map<string, readonly string[]>();
  for (const [name, { value }] of scores) {
    const node = entryOf(value, 'bands')?.value;
    if (node?.kind === 'map')
      bands.set(
        name,
        node.entries.map(({ key }) => key),
      );
  }
  return bands;
}

/** Keys whose value is an event, a list of them, or a list of such. */
const EVENT_KEYS: ReadonlySet<string> = new Set([
  'of',
  'event',
  ...[...METRIC_KINDS.values()]
    .filter(({ key, fields }) => JSON.stringify(fields[key]?.schema).includes('"#/definitions/event'))
    .map(({ key }) => key),
]);

/** What definitions mention besides each other: events, and traits. */
class Said {
  readonly events = new Set<string>();
  readonly #dotted = new Set<string>();

  visit(node: SourceNode): void {
    if (node.kind === 'list') for (const item of node.items) this.visit(item);
    if (node.kind === 'scalar' && typeof node.value === 'string') this.#addDotted(node.value);
    if (node.kind !== 'map') return;
    for (const { key, value } of node.entries) {
      this.#dotted.add(key);
      if (EVENT_KEYS.has(key)) this.#addEvents(value);
      this.visit(value);
    }
  }

  /** Of `account` or `user`, sorted. */
  traits(family: 'account' | 'user'): readonly string[] {
    const pattern = new RegExp(`^${family}\\.([A-Za-z0-9_.-]+)$`);
    const named = [...this.#dotted].map((text) => pattern.exec(text)?.[1]);
    return named.filter((name) => name !== undefined && name !== 'age_days').sort() as readonly string[];
  }

  /** A whole text such as `account.seats`, or the places of a sentence such as `{account.seats:number}`. */
  #addDotted(text: string): void {
    this.#dotted.add(text);
    for (const [, name] of text.matchAll(/\{\s*([^{}:]+?)\s*(?::[^{}]*)?\}/g))
      if (name) this.#dotted.add(name);
  }

  #addEvents(node: SourceNode): void {
    if (node.kind === 'list') for (const item of node.items) this.#addEvents(item);
    if (node.kind !== 'scalar' || node.raw === 'any' || /^(account|user|signal)\./.test(node.raw)) return;
    this.events.add(node.raw);
  }
}
