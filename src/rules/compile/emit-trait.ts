// An account's trait as of an anchor, as text, number, boolean or day number; null where it is missing.
import type { Anchor } from '../metric.ts';
import { anchorKey, anchorSql, type Compilation, nodeFor, stringRef, type TextScope } from './compilation.ts';
import type { PlanNode } from './plan.ts';

/** Index of a trait's history in the columns `trait_N` of the lowest level. */
function traitColumn(compilation: Compilation, trait: string): string {
  compilation.traits.add(trait);
  stringRef(compilation, trait);
  return `trait_${[...compilation.traits].indexOf(trait)}`;
}

/** JSON of the trait at the anchor, '' without one; SQL over the histories of the lowest level. */
export const traitJson = (compilation: Compilation, trait: string, anchor: Anchor): string =>
  traitInForce(compilation, traitColumn(compilation, trait), anchor);

/** Histories are sorted by time; the last one before the anchor's end is in force, and '' means there is none. */
export const traitInForce = (compilation: Compilation, history: string, anchor: Anchor): string =>
  `arrayElement(arrayFilter(h -> ${validAt(compilation, anchor)}, ${history}), -1).3`;

/** Text as people see it: strings without quotes, other JSON as it stands. */
export function emitTrait(compilation: Compilation, trait: string, anchor: Anchor): PlanNode {
  const json = nodeFor(compilation, `trait-json ${trait} ${anchorKey(anchor)}`, () => ({
    sql: traitJson(compilation, trait, anchor),
    reads: [],
  }));
  return nodeFor(compilation, `trait ${trait} ${anchorKey(anchor)}`, () => ({
    sql: jsonToText(json.alias),
    reads: [json],
  }));
}

/** Null for '' (nothing there) and for JSON null. */
export const jsonToText = (json: string): string =>
  `multiIf(${json} IN ('', 'null'), NULL, startsWith(${json}, '"'), JSONExtractString(${json}), ${json})`;

function validAt(compilation: Compilation, anchor: Anchor): string {
  if (anchor.kind === 'T') return 'h.1 <= instant';
  // The end of a past day: its trait is the one that a close of that day saw.
  return `toInt32(toDate32(h.1, ${stringRef(compilation, compilation.timezone)})) <= ${anchorSql(anchor)}`;
}

export const textToNumber = (text: string): string =>
  `if(isFinite(toFloat64OrNull(${text})), toFloat64OrNull(${text}), NULL)`;

export const textToBoolean = (text: string): string =>
  `multiIf(${text} = 'true', 1, ${text} = 'false', 0, NULL)`;

/** A day of the calendar, alone or with a time of day behind it: ClickHouse also takes 25 o'clock and month 13. */
const DATE = '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])($|[T ]([01][0-9]|2[0-3]):[0-5][0-9])';

/** Day number in the project's zone; a text that is only a date is that day; null for what is neither. */
export function textToDay(scope: TextScope, text: string): string {
  const instant = `parseDateTime64BestEffortOrNull(${text}, 3, 'UTC')`;
  // A date's day is told by its midnight in UTC: Date32 begins in 1900, and makes February 30th March 2nd.
  return `multiIf(
      NOT match(${text}, '${DATE}'), NULL,
      length(${text}) = 10, toInt32(intDiv(toUnixTimestamp64Milli(${instant}), 86400000)),
      toInt32(toDate32(${instant}, ${stringRef(scope, scope.timezone)})))`;
}
