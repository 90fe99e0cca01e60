// What every reader of a rule file may ask: where problems go, which names exist, and which types traits have.
import type { Literal } from '../literal.ts';
import type { Metric, Subject } from '../metric.ts';
import type { ProblemList } from './problem-list.ts';
import { type MapEntry, positionOf, type SourceNode, type Span } from './source.ts';
import { nearestName } from './suggest-name.ts';
import { type TraitFamily, TraitUses } from './trait-uses.ts';

export const SECTIONS = ['metrics', 'segments', 'scores', 'grades', 'rules'] as const;
export type Section = (typeof SECTIONS)[number];

/** A definition as it stands in its file, before it is read. */
export interface Definition extends MapEntry {
  readonly name: string;
}

/** What a definition of the section is called in messages. */
export const SINGULAR: Readonly<Record<Section, string>> = {
  metrics: 'metric',
  segments: 'segment',
  scores: 'score',
  grades: 'grade',
  rules: 'rule',
};

export interface ReadingParts {
  readonly problems: ProblemList;
  readonly definitions: Readonly<Record<Section, ReadonlyMap<string, Definition>>>;
  /** False when a file could not be parsed: then a name that is missing here may stand there. */
  readonly complete: boolean;
  /** The keys of a kind of metric, its own among them; undefined when there is none of that name. */
  readonly fieldsOfKind?: (name: string) => readonly string[] | undefined;
  readonly readMetric: (node: SourceNode, reading: Reading, what: string) => Metric | undefined;
  readonly sinks: readonly string[] | undefined;
  readonly retentionDays: number | undefined;
  readonly seenEvents: ReadonlyMap<string, number> | undefined;
  readonly seenTraits?: SeenTraits | undefined;
}

export type SeenTraits = Readonly<Record<TraitFamily, readonly string[]>>;

/** Where a family's names are defined. */
const SECTION_OF = {
  score: 'scores',
  band: 'scores',
  grade: 'grades',
  signal: 'rules',
} as const satisfies Readonly<Record<string, Section>>;

/** Fields and tests that slipped out of their braces are no traits. */
const OF_OTHER_PLACES = /^(window|where|of|over|[gl]te?|in|between|contains|exists)$/;

interface Use {
  readonly section: Section;
  readonly name: string;
  readonly span: Span;
  /** What stands before the name. */
  readonly prefix: string;
}

export class Reading {
  readonly problems: ProblemList;
  readonly definitions: ReadingParts['definitions'];
  readonly complete: boolean;
  readonly sinks: readonly string[] | undefined;
  readonly retentionDays: number | undefined;
  readonly seenEvents: ReadonlyMap<string, number> | undefined;
  readonly seenTraits: SeenTraits | undefined;
  readonly traitUses = new TraitUses();
  /** Where a part of the result was written, for checks that come after reading. */
  readonly spans = new WeakMap<object, Span>();
  readonly usedMetrics = new Set<string>();
  /** See ReadingParts. */
  readonly fieldsOfKind: (name: string) => readonly string[] | undefined;
  readonly #readMetric: ReadingParts['readMetric'];
  readonly #metrics = new Map<string, Metric | undefined>();
  readonly #underWay: string[] = [];
  readonly #traits = new Map<string, { readonly type: Literal['type']; readonly span: Span }>();

  constructor(parts: ReadingParts) {
    this.problems = parts.problems;
    this.definitions = parts.definitions;
    this.complete = parts.complete;
    this.sinks = parts.sinks;
    this.retentionDays = parts.retentionDays;
    this.seenEvents = parts.seenEvents;
    this.seenTraits = parts.seenTraits;
    this.#readMetric = parts.readMetric;
    this.fieldsOfKind = parts.fieldsOfKind ?? (() => undefined);
  }

  /** Whether a metric can be of that kind. */
  isKind(name: string): boolean {
    return this.fieldsOfKind(name) !== undefined;
  }

  /** False after a problem was reported: nothing of that name is defined. */
  use(section: Section, name: string, span: Span): boolean {
    return this.#use({ section, name, span, prefix: '' });
  }

  /** As `use`, of what is written with its family, such as `grade.lead`. */
  useOf(family: keyof typeof SECTION_OF, name: string, span: Span): boolean {
    return this.#use({ section: SECTION_OF[family], name, span, prefix: `${family}.` });
  }

  #use({ section, name, span, prefix }: Use): boolean {
    if (section === 'metrics') this.usedMetrics.add(name);
    if (this.definitions[section].has(name)) return true;
    if (this.complete) {
      const known = this.definitions[section].keys();
      const near = this.problems.isFull || this.isKind(name) ? undefined : nearestName(name, known);
      this.problems.add(
        'T018',
        span,
        `no ${SINGULAR[section]} is called "${name}"`,
        near === undefined ? this.#elsewhere(section, name) : `did you mean "${prefix}${near}"?`,
      );
    }
    return false;
  }

  /** As `metric`, for a definition itself: not a use. */
  definedMetric(name: string): Metric | undefined {
    const definition = this.definitions.metrics.get(name);
    if (definition === undefined || this.#metrics.has(name)) return this.#metrics.get(name);
    return this.#readNamed(name, definition.keySpan);
  }

  /** The metric of that name; undefined when it is not defined, faulty, or made from itself. Problems are reported. */
  metric(name: string, span: Span): Metric | undefined {
    if (!this.use('metrics', name, span)) return undefined;
    if (this.#metrics.has(name)) return this.#metrics.get(name);
    const loop = this.#underWay.indexOf(name);
    if (loop !== -1) {
      const path = [...this.#underWay.slice(loop), name].map((step) => `"${step}"`).join(' → ');
      this.problems.add('T019', span, `metric "${name}" is made from itself: ${path}`);
      return undefined;
    }
    return this.#readNamed(name, span);
  }

  inlineMetric(node: SourceNode, what: string): Metric | undefined {
    return this.#readMetric(node, this, what);
  }

  /** Undefined when the metric is faulty. */
  metricOf(subject: Subject): Metric | undefined {
    if (subject.kind === 'inline') return subject.metric;
    return subject.kind === 'metric' ? this.#metrics.get(subject.name) : undefined;
  }

  /** The same trait used as two types is an error: stored values are compared as one of them. */
  traitType(trait: string, type: Literal['type'], span: Span): void {
    const first = this.#traits.get(trait);
    if (first === undefined) this.#traits.set(trait, { type, span });
    else if (first.type !== type) {
      const { file, line } = positionOf(first.span);
      this.problems.add(
        'C005',
        span,
        `"account.${trait}" is a ${type} here and a ${first.type} elsewhere`,
        `as a ${first.type} in ${file}:${line}`,
      );
    }
  }

  #readNamed(name: string, span: Span): Metric | undefined {
    const definition = this.definitions.metrics.get(name);
    if (definition === undefined) return undefined;
    if (this.#underWay.length > MOST_LEVELS) {
      this.problems.add('T020', span, `metrics are made from metrics more than ${MOST_LEVELS} levels deep`);
      return undefined;
    }
    this.#underWay.push(name);
    const metric = this.inlineMetric(definition.value, `metric "${name}"`);
    this.#underWay.pop();
    this.#metrics.set(name, metric);
    return metric;
  }

  #elsewhere(section: Section, name: string): string | undefined {
    if (section === 'metrics' && this.isKind(name))
      return `it is a kind of metric: give one a name under "metrics", as in my_metric: {${name}: …}, and use the name`;
    const other = SECTIONS.find(
      (candidate) => candidate !== section && this.definitions[candidate].has(name),
    );
    if (other !== undefined) return `"${name}" is a ${SINGULAR[other]}`;
    return section === 'metrics' && /^\w{1,64}$/.test(name) && !OF_OTHER_PLACES.test(name)
      ? `define it under "metrics"; a trait is written account.${name}`
      : undefined;
  }
}

/** Each level is a level of the compiled statement, and of every recursion over the result. */
export const MOST_LEVELS = 32;
