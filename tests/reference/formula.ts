// `formula`, §3: + - * / ( ) min max abs coalesce over names and numbers. Missing operands make it missing.

type Lookup = (name: string) => number | null;

const TOKEN = /\s*(\d+(?:\.\d+)?|[A-Za-z_][A-Za-z0-9_.]*|[-+*/(),])/y;

export function evaluateFormula(text: string, lookup: Lookup): number | null {
  const tokens = tokenize(text);
  const parser = new FormulaReader(tokens, lookup);
  const value = parser.sum();
  if (!parser.atEnd()) throw new Error(`formula goes on where it should end: ${text}`);
  return value;
}

function tokenize(text: string): readonly string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const match = TOKEN.exec(text);
    if (match?.[1] === undefined) throw new Error(`not a formula: ${text}`);
    tokens.push(match[1]);
  }
  return tokens;
}

/** Reads and computes at once: sums of products of signed factors. */
class FormulaReader {
  readonly #tokens: readonly string[];
  readonly #lookup: Lookup;
  #next = 0;

  constructor(tokens: readonly string[], lookup: Lookup) {
    this.#tokens = tokens;
    this.#lookup = lookup;
  }

  atEnd(): boolean {
    return this.#next === this.#tokens.length;
  }

  sum(): number | null {
    let value = this.#product();
    for (;;) {
      if (this.#take('+')) value = both(value, this.#product(), (a, b) => a + b);
      else if (this.#take('-')) value = both(value, this.#product(), (a, b) => a - b);
      else return value;
    }
  }

  #product(): number | null {
    let value = this.#factor();
    for (;;) {
      if (this.#take('*')) value = both(value, this.#factor(), (a, b) => a * b);
      else if (this.#take('/')) value = both(value, this.#factor(), (a, b) => (b === 0 ? null : a / b));
      else return value;
    }
  }

  #factor(): number | null {
    if (this.#take('-')) return both(0, this.#factor(), (a, b) => a - b);
    if (this.#take('(')) {
      const value = this.sum();
      this.#expect(')');
      return value;
    }
    const token = this.#tokens[this.#next++] ?? '';
    if (/^\d/.test(token)) return Number(token);
    return this.#take('(') ? this.#call(token) : this.#lookup(token);
  }

  #call(name: string): number | null {
    const values = [this.sum()];
    while (this.#take(',')) values.push(this.sum());
    this.#expect(')');
    if (name === 'coalesce') return values.find((value) => value !== null) ?? null;
    const known = values.filter((value) => value !== null);
    if (known.length < values.length) return null;
    if (name === 'min') return Math.min(...known);
    if (name === 'max') return Math.max(...known);
    if (name === 'abs') return Math.abs(known[0] ?? Number.NaN);
    throw new Error(`no function ${name}`);
  }

  #take(token: string): boolean {
    if (this.#tokens[this.#next] !== token) return false;
    this.#next += 1;
    return true;
  }

  #expect(token: string): void {
    if (!this.#take(token)) throw new Error(`"${token}" expected`);
  }
}

const both = (
  a: number | null,
  b: number | null,
  apply: (a: number, b: number) => number | null,
): number | null => {
  const value = a === null || b === null ? null : apply(a, b);
  return value !== null && Number.isFinite(value) ? value : null;
};
