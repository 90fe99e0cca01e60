// What a ruleset compiles to: the series it needs, the nodes of its statement, and where each result stands.
import type { SeriesId } from '../../model/ids.ts';
import type { Severity } from '../../model/signal.ts';
import type { TimeZone } from '../../model/time.ts';
import type { Anchor, Metric } from '../metric.ts';
import type { Ruleset } from '../ruleset.ts';
import type { SeriesDefinition } from '../series.ts';

/** A place in one of the arrays of a result row. */
export interface ValueSlot {
  readonly array: 'metrics' | 'texts';
  readonly index: number;
}

export interface LeafSlot {
  readonly subject: string;
  readonly test: string;
  readonly value: ValueSlot;
  /** Index into `outcomes`. */
  readonly outcome: number;
}

/** Indexes into `outcomes`. */
export interface RuleLayout {
  readonly who: number | undefined;
  readonly when: number;
  readonly resolveWhen: number | undefined;
  readonly muteIf: number | undefined;
  readonly severity: readonly { readonly severity: Severity; readonly outcome: number }[];
  /** Leaves of who, when and resolve_when, in the order written. */
  readonly leaves: readonly LeafSlot[];
  /** Where the values of `say` stand, by their text between the braces. */
  readonly say: ReadonlyMap<string, ValueSlot>;
}

/** Indexes into `scores`. */
export interface ScoreLayout {
  /** Hundredths of a point. */
  readonly total: number;
  /** Ten-thousandths. */
  readonly coverage: number;
  /** In hundredths, in the order of `toldParts`; null where a part is missing. */
  readonly parts: number;
  /** Values of the parts' subjects; undefined for conditions and the cap. */
  readonly values: readonly (ValueSlot | undefined)[];
}

interface ResultLayout {
  readonly metrics: number;
  readonly texts: number;
  readonly outcomes: number;
  readonly scores: number;
  readonly rules: ReadonlyMap<string, RuleLayout>;
  readonly scoreLayouts: ReadonlyMap<string, ScoreLayout>;
  /** Traits whose text is read for sentences and sinks, by name. */
  readonly traits: ReadonlyMap<string, ValueSlot>;
}

export interface PlannedSeries {
  readonly id: SeriesId;
  readonly definition: SeriesDefinition;
  /** Days before T that the statement reaches back; undefined for ever. */
  readonly reachDays: number | undefined;
}

/** One column of the statement; `level` n reads columns of lower levels only. */
export interface PlanNode {
  readonly alias: string;
  readonly sql: string;
  readonly level: number;
}

export interface NeededReduction {
  readonly alias: string;
  readonly sql: string;
  /** Of which it reads the days. */
  readonly series: SeriesId;
  /** Over the days of users rather than those of accounts. */
  readonly perUser: boolean;
}

/** Tests of users' traits at one anchor, a column of the rows of users' days. */
export interface NeededUserTest {
  readonly alias: string;
  /** Over the histories `user_trait_N`: 1 where it holds, else 0. */
  readonly sql: string;
  /** The same of a user without traits. */
  readonly ofNobody: string;
}

export interface NeededPreparation {
  readonly alias: string;
  /** Decimal digits of an unsigned 64-bit number: names its values in prepared_values. */
  readonly key: string;
  readonly metric: Metric;
  readonly anchor: Anchor;
  /** Day numbers of its window's ends in SQL; of a sequence. */
  readonly first: string | undefined;
  readonly last: string;
  /** Days before T that it reaches back; undefined for ever. */
  readonly reachDays: number | undefined;
  /** Columns that it reads: of a rank, its operand and the traits that make peers. */
  readonly reads: readonly string[];
}

/** What the statement asks about champions, and what is needed to find them. */
interface ChampionPlan {
  /** True when anything is asked. */
  readonly asked: boolean;
  /** Over the days of champions: the last with an event up to an anchor. Columns of the inputs. */
  readonly lastActive: readonly {
    readonly alias: string;
    readonly sql: string;
    /** Days before T of that anchor, or more. */
    readonly reachDays: number;
  }[];
  /** Traits of users. */
  readonly traits: readonly string[];
  /** Kept at closes, whatever the rules ask; empty in ticks. */
  readonly series: readonly PlannedSeries[];
}

export interface EvaluationPlan {
  readonly ruleset: Ruleset;
  readonly timezone: TimeZone;
  readonly series: readonly PlannedSeries[];
  /** Aggregates over the series, one column each, below the first level. */
  readonly reductions: readonly NeededReduction[];
  /** Tests of users' traits, columns of the rows that the aggregates over users' days read. */
  readonly userTests: readonly NeededUserTest[];
  /** What statements of their own compute before this one. */
  readonly preparations: readonly NeededPreparation[];
  readonly champion: ChampionPlan;
  /** Days at which windows begin, columns of the inputs. */
  readonly starts: readonly { readonly alias: string; readonly sql: string }[];
  readonly userTraits: readonly string[];
  readonly nodes: readonly PlanNode[];
  readonly traits: readonly string[];
  readonly signals: readonly string[];
  /** Of the histories `trait_N` and `signal_N` those that are read; undefined for all. */
  readonly histories?: ReadonlySet<string>;
  /** Texts that the SQL refers to as `{strings:Array(String)}[i]`, so that no word of a rule is SQL. */
  readonly strings: readonly string[];
  /** Column aliases, in the order of the result arrays. */
  readonly columns: {
    readonly metrics: readonly string[];
    readonly texts: readonly string[];
    readonly outcomes: readonly string[];
    readonly scores: readonly string[];
  };
  readonly layout: ResultLayout;
}
