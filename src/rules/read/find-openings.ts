// Braces, brackets and quotes of a YAML text that are still open at a place. Only for the mark of a message: inside block
// texts it may be wrong.

export interface Opening {
  readonly character: string;
  readonly at: number;
}

/**
 * A comment, a text in quotes, or a bracket. A quote within a word is a letter of it. What stands before is looked at
 * from quotes only: from every blank of a long run it would take quadratic time.
 */
const TOKEN =
  /(?<=^|\s)#[^\n]*|(?=["'])(?<=(?:^|[\n:,[{\-?])\s*)(?:"[^"\\]*(?:\\[\s\S][^"\\]*)*"?|'[^']*'?)|[[\]{}]/g;

const PARTNERS: ReadonlyMap<string, string> = new Map([
  [']', '['],
  ['}', '{'],
]);

/** The outermost first. */
export function findOpenings(text: string, end: number): readonly Opening[] {
  const open: Opening[] = [];
  for (const { 0: token, index: at } of text.slice(0, end).matchAll(TOKEN)) {
    const [character = ''] = token;
    if (character === '#') continue;
    if (PARTNERS.has(character)) {
      if (PARTNERS.get(character) === open.at(-1)?.character) open.pop();
    } else if (token.length === 1 || !token.endsWith(character)) open.push({ character, at });
  }
  return open;
}
