// Decides by tokens which statements the engine does not run: several at once for anyone, and for readers
// whatever is not plainly reading.
import { type Refusal, refuseToReader } from './refuse-to-reader.ts';
import { type SqlToken, tokenizeSql } from './tokenize-sql.ts';

/** @returns the refusal, or undefined when the engine may run it. */
export function refuseStatement(sql: string, options: { readonly reader: boolean }): Refusal | undefined {
  const tokens = [...tokenizeSql(sql)];
  return refuseSeveral(tokens) ?? (options.reader ? refuseToReader(tokens) : undefined);
}

function refuseSeveral(tokens: readonly SqlToken[]): Refusal | undefined {
  const end = tokens.findIndex((token) => token.kind === 'symbol' && token.text === ';');
  const more = end >= 0 && tokens.slice(end).some((token) => token.text !== ';');
  return more ? { code: 62, message: 'Syntax error: Multi-statements are not allowed' } : undefined;
}
