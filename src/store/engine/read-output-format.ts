// Which format a statement itself asks for its result, by tokens: what is in it decides how the answer is announced.
import { tokenizeSql } from './tokenize-sql.ts';

/** @returns undefined when it leaves the format to the request. Comments and a last semicolon do not matter. */
export function readOutputFormat(sql: string): string | undefined {
  const tokens = [...tokenizeSql(sql)].filter(({ text }) => text !== ';');
  for (let index = tokens.length - 2; index >= 0; index -= 1) {
    const [clause, name, after] = tokens.slice(index, index + 3);
    const isClause = clause?.kind === 'word' && clause.text.toLowerCase() === 'format';
    if (!isClause || name === undefined) continue;
    const isLast = after === undefined || after.text.toLowerCase() === 'settings';
    // A quoted name is one as well to ClickHouse.
    return isLast && name.kind !== 'symbol' ? name.text.replace(/^[`"](.*)[`"]$/s, '$1') : undefined;
  }
  return undefined;
}
