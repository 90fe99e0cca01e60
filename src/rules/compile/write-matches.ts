// Which series a raw row belongs to, and the value that each of them measures in it.
import type { FilterLeaf, Measure, SeriesDefinition } from '../series.ts';
import { stringRef, type TextScope } from './compilation.ts';
import { emitTest } from './emit-test.ts';
import { jsonToText } from './emit-trait.ts';

/** SQL: Array(Tuple(series_id UInt64, value Nullable(Decimal(38, 10)), text Nullable(UInt64))) of a raw row. */
export function writeMatches(
  scope: TextScope,
  series: readonly { readonly id: string; readonly definition: SeriesDefinition }[],
): string {
  const matches = series.map(({ id, definition }) => {
    const filters = definition.where.map((leaf) => `ifNull(${writeFilter(scope, leaf)}, 0)`);
    const matched = filters.length === 0 ? '1' : filters.join(' AND ');
    // The condition stands in the tuple: an `if` over constant tuples is refused for blocks without rows.
    const of = `if(${matched}, toUInt64(${id}), toUInt64(0))`;
    return `(${of}, ${writeValue(scope, definition.measure)}, ${writeText(scope, definition.measure)})`;
  });
  return `arrayFilter(match -> match.1 != 0, [${matches.join(',\n      ')}])`;
}

const NO_VALUE = `CAST(NULL, 'Nullable(Decimal(38, 10))')`;
const NO_TEXT = `CAST(NULL, 'Nullable(UInt64)')`;

const writeFilter = (scope: TextScope, leaf: FilterLeaf): string =>
  emitTest(scope, { sql: `(${writeProperty(scope, leaf.property)})`, type: 'text' }, leaf.test);

/** A number, or a text that is one; anything else measures nothing. */
const writeValue = (scope: TextScope, measure: Measure): string =>
  measure.kind === 'numbers'
    ? `toDecimal128OrNull(ifNull(${writeProperty(scope, measure.property)}, ''), 10)`
    : NO_VALUE;

/** A hash of what is told apart. */
function writeText(scope: TextScope, measure: Measure): string {
  if (measure.kind === 'names') return 'toNullable(sipHash64(event))';
  return measure.kind === 'texts' ? `sipHash64(${writeProperty(scope, measure.property)})` : NO_TEXT;
}

/** The property as text, null where the event has none; `a.b` reaches into objects. */
function writeProperty(scope: TextScope, property: string): string {
  if (property === 'user_id') return `nullIf(user_id, '')`;
  const path = property.split('.').map((key) => stringRef(scope, key));
  return jsonToText(`JSONExtractRaw(properties, ${path.join(', ')})`);
}
