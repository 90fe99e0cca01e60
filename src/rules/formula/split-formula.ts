// A formula's text as tokens with their places.

export interface Token {
  readonly kind: 'number' | 'name' | 'sign' | 'unknown' | 'end';
  readonly text: string;
  /** Offset in the text. */
  readonly at: number;
}

const TOKEN = /\s*(?:(\d+(?:\.\d+)?(?![\w.]))|([A-Za-z_][\w]*(?:\.\w+)*)|([-+*/(),])|(\d[\w.]*|\S))/gy;

/** Ends with an `end`, whose place is behind the last character. */
export function splitFormula(text: string): readonly Token[] {
  const tokens: Token[] = [];
  for (const match of text.trimEnd().matchAll(TOKEN)) {
    const [whole, number, name, sign, unknown] = match;
    const token = number ?? name ?? sign ?? unknown ?? '';
    const kind = number !== undefined ? 'number' : name !== undefined ? 'name' : sign ? 'sign' : 'unknown';
    tokens.push({ kind, text: token, at: match.index + whole.length - token.length });
  }
  return [...tokens, { kind: 'end', text: '', at: text.trimEnd().length }];
}
