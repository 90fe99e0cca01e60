// The work in progress of one compilation: columns found so far, each once, and what they need from storage.
import type { SeriesId } from '../../model/ids.ts';
import type { TimeZone } from '../../model/time.ts';
import type { Condition } from '../condition.ts';
import type { Anchor, Subject } from '../metric.ts';
import type { Ruleset } from '../ruleset.ts';
import type { SeriesDefinition } from '../series.ts';
import type { NeededPreparation, NeededReduction, NeededUserTest, PlanNode } from './plan.ts';

export interface NeededSeries {
  readonly id: SeriesId;
  readonly definition: SeriesDefinition;
  reachDays: number | undefined;
}

export interface SubjectValue {
  readonly node: PlanNode;
  readonly type: 'number' | 'text';
}

/** The parts of the language refer to each other in a circle; they reach one another through these. */
interface Emitters {
  subject(subject: Subject, anchor: Anchor): SubjectValue;
  /** The subject as a number; a trait's text is read as one, and is null when it is none. */
  number(subject: Subject, anchor: Anchor): PlanNode;
  /** Int8: 1 for true, 0 for unknown, -1 for false. */
  condition(condition: Condition, anchor: Anchor): PlanNode;
  reachDays(subject: Subject): number;
}

/** Texts of a statement, by their number from 1, and the zone in which instants are days. */
export interface TextScope {
  readonly timezone: TimeZone;
  readonly strings: Map<string, number>;
}

export interface Compilation extends TextScope {
  readonly emit: Emitters;
  readonly ruleset: Ruleset;
  /** By a key that says what the column means, so that equal meanings are computed once. */
  readonly nodes: Map<string, PlanNode>;
  readonly series: Map<SeriesId, NeededSeries>;
  /** Aggregates over series, by their SQL; the lowest level computes them. */
  readonly reductions: Map<string, NeededReduction>;
  readonly userTests: Map<string, NeededUserTest>;
  readonly preparations: Map<string, NeededPreparation>;
  readonly traits: Set<string>;
  readonly userTraits: Set<string>;
  /** Day numbers of date traits at which windows begin, by their SQL; columns of the statement's inputs. */
  readonly starts: Map<string, string>;
  readonly signals: Set<string>;
  readonly champion: {
    asked: boolean;
    /** True where the champions themselves are kept up to date. */
    kept: boolean;
    /** Columns by their SQL, with the days before T that they look back. */
    readonly lastActive: Map<string, { readonly alias: string; readonly reachDays: number }>;
    readonly traits: Set<string>;
  };
}

/** A column for `key`, made by `make` when it is new; its level follows from the columns that it reads. */
export function nodeFor(
  compilation: Compilation,
  key: string,
  make: () => { readonly sql: string; readonly reads: readonly PlanNode[] },
): PlanNode {
  const known = compilation.nodes.get(key);
  if (known !== undefined) return known;
  const { sql, reads } = make();
  const level = 1 + Math.max(0, ...reads.map((node) => node.level));
  const node = { alias: `x${compilation.nodes.size}`, sql, level };
  compilation.nodes.set(key, node);
  return node;
}

/** SQL that stands for a text of the rules. */
export function stringRef(scope: TextScope, text: string): string {
  const known = scope.strings.get(text) ?? scope.strings.size + 1;
  scope.strings.set(text, known);
  return `{strings:Array(String)}[${known}]`;
}

export const AT_T: Anchor = { kind: 'T' };

export function anchorKey(anchor: Anchor): string {
  if (anchor.kind === 'T') return 'T';
  const end =
    anchor.end === undefined ? '' : `-${anchor.end.unit}-${anchor.end.back}-${anchor.end.from ?? 0}`;
  return `closed${end}-${anchor.daysBack}`;
}

/** Int32 day number of the last day that counts. */
export function anchorSql(anchor: Anchor): string {
  if (anchor.kind === 'T') return 'last_day';
  const end =
    anchor.end === undefined ? 'closed_day' : unitEnd(back('closed_day', anchor.end.from ?? 0), anchor.end);
  return back(end, anchor.daysBack);
}

const back = (day: string, days: number): string => (days === 0 ? day : `(${day} - ${days})`);

/** The last day of the week or month that ended last before or on a day, or `back` units before that. */
export function unitEnd(
  day: string,
  { unit, back }: { readonly unit: 'week' | 'month'; readonly back: number },
): string {
  // Day 0 is a Thursday, so that day 3 is a Sunday.
  if (unit === 'week') return `(${day} - (${day} + 4) % 7 - ${7 * back})`;
  return `(toInt32(addMonths(toStartOfMonth(toDate32(${day} + 1)), -${back})) - 1)`;
}
