// What other languages call the tests of a value.

const OTHER_NOTATION: ReadonlyMap<string, string> = new Map([
  ['>', 'gt'],
  ['>=', 'gte'],
  ['<', 'lt'],
  ['<=', 'lte'],
  ['=', 'a bare value'],
  ['==', 'a bare value'],
  ['eq', 'a bare value'],
  ['equals', 'a bare value'],
  ['is', 'a bare value'],
  ['!=', 'not'],
  ['ne', 'not'],
  ['not_in', 'not: {in: […]}'],
  ['min', 'gte'],
  ['max', 'lte'],
  ['greater_than', 'gt'],
  ['more_than', 'gt'],
  ['above', 'gt'],
  ['over', 'gt'],
  ['after', 'gt'],
  ['at_least', 'gte'],
  ['less_than', 'lt'],
  ['below', 'lt'],
  ['under', 'lt'],
  ['before', 'lt'],
  ['at_most', 'lte'],
  ['equal', 'a bare value'],
  ['equal_to', 'a bare value'],
  ['neq', 'not'],
  ['is_not', 'not'],
  ['not_equals', 'not'],
  ['one_of', 'in: […]'],
  ['any_of', 'in: […]'],
  ['any', 'in: […]'],
  ['none_of', 'not: {in: […]}'],
  ['like', 'contains'],
  ['includes', 'contains'],
  ['matches', 'contains, starts_with or ends_with'],
  ['regex', 'contains, starts_with or ends_with'],
  ['begins_with', 'starts_with'],
  ['is_set', 'exists: true'],
  ['missing', 'exists: false'],
  ['is_null', 'exists: false'],
]);

/** Undefined for a word that no other language has. */
export function hintNotation(key: string): string | undefined {
  const test = OTHER_NOTATION.get(key);
  return test === undefined ? undefined : `write ${test}`;
}
