// Reads a formula by recursive descent: sums of products of signed values. Names are not looked up here.
import { FORMULA_FUNCTIONS, type Formula, type FormulaFunction, isFormulaFunction } from './formula.ts';
import { splitFormula, type Token } from './split-formula.ts';

interface ParsedFormula {
  readonly ok: true;
  readonly formula: Formula;
  /** Each once, in the order in which they first stand; the tree refers to them by index. */
  readonly names: readonly FormulaName[];
}

interface FormulaName {
  readonly text: string;
  /** Offset of its first use. */
  readonly at: number;
}

export interface FormulaFault {
  readonly ok: false;
  readonly message: string;
  readonly hint: string;
  readonly at: number;
  /** At least 1. */
  readonly length: number;
  /** The word that is no function, for a suggestion. */
  readonly unknownFunction?: string;
}

const MOST_LEVELS = 50;
const MOST_PARTS = 200;
const SIGNS = 'a formula has + - * / ( ) and the functions min, max, abs and coalesce';

/** Never throws, whatever the text. */
export function parseFormula(text: string): ParsedFormula | FormulaFault {
  const parser = new FormulaParser(splitFormula(text));
  try {
    return { ok: true, formula: parser.whole(), names: parser.names };
  } catch (fault) {
    if (fault instanceof Fault) return fault.told;
    throw fault;
  }
}

/** Leaves the descent at the first fault; it does not leave this file. */
class Fault extends Error {
  readonly told: FormulaFault;

  constructor(message: string, hint: string, token: Token, unknownFunction?: string) {
    super(message);
    this.told = {
      ok: false,
      message,
      hint,
      at: token.at,
      length: Math.max(1, token.text.length),
      ...(unknownFunction === undefined ? {} : { unknownFunction }),
    };
  }
}

class FormulaParser {
  readonly names: FormulaName[] = [];
  readonly #tokens: readonly Token[];
  #next = 0;
  #levels = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  whole(): Formula {
    const beyond = this.#tokens[MOST_PARTS];
    if (beyond !== undefined)
      throw new Fault(`the formula has more than ${MOST_PARTS} parts`, 'make parts of it metrics', beyond);
    const formula = this.#sum();
    const token = this.#token();
    if (token.kind !== 'end') throw this.#unexpected(token);
    return formula;
  }

  #sum(): Formula {
    const terms = [{ minus: false, of: this.#product() }];
    for (;;) {
      if (this.#take('+')) terms.push({ minus: false, of: this.#product() });
      else if (this.#take('-')) terms.push({ minus: true, of: this.#product() });
      else break;
    }
    const [only] = terms;
    return terms.length === 1 && only !== undefined ? only.of : { kind: 'sum', terms };
  }

  #product(): Formula {
    const factors = [{ divides: false, of: this.#value() }];
    for (;;) {
      if (this.#take('*')) factors.push({ divides: false, of: this.#value() });
      else if (this.#take('/')) factors.push({ divides: true, of: this.#value() });
      else break;
    }
    const [only] = factors;
    return factors.length === 1 && only !== undefined ? only.of : { kind: 'product', factors };
  }

  #value(): Formula {
    const token = this.#token();
    this.#levels += 1;
    if (this.#levels > MOST_LEVELS)
      throw new Fault(
        `the formula is more than ${MOST_LEVELS} levels deep`,
        'make parts of it metrics',
        token,
      );
    const value = this.#signed(token);
    this.#levels -= 1;
    return value;
  }

  #signed(token: Token): Formula {
    this.#next += 1;
    if (token.kind === 'number') return { kind: 'number', value: Number(token.text) };
    if (token.kind === 'name') return this.#take('(') ? this.#call(token) : this.#name(token);
    if (token.text === '-') return { kind: 'negated', of: this.#value() };
    if (token.text !== '(') throw this.#unexpected(token);
    const inner = this.#sum();
    this.#close(token);
    return inner;
  }

  #call(name: Token): Formula {
    if (!isFormulaFunction(name.text))
      throw new Fault(`a formula has no function "${name.text}"`, SIGNS, name, name.text);
    const of = [this.#sum()];
    while (this.#take(',')) of.push(this.#sum());
    this.#close(name);
    checkArguments(name, name.text, of.length);
    return { kind: 'call', name: name.text, of };
  }

  #name(token: Token): Formula {
    if (isFormulaFunction(token.text)) {
      const hint = `such as ${token.text}(${token.text === 'abs' ? 'a' : 'a, b'})`;
      throw new Fault(`"${token.text}" needs its values in parentheses`, hint, token);
    }
    const known = this.names.findIndex(({ text }) => text === token.text);
    if (known !== -1) return { kind: 'name', index: known };
    return { kind: 'name', index: this.names.push({ text: token.text, at: token.at }) - 1 };
  }

  #close(opening: Token): void {
    const token = this.#token();
    if (this.#take(')')) return;
    if (token.kind !== 'end') throw this.#unexpected(token);
    throw new Fault('a parenthesis of the formula is not closed', 'write ")" where it ends', opening);
  }

  #take(sign: string): boolean {
    const token = this.#token();
    if (token.kind !== 'sign' || token.text !== sign) return false;
    this.#next += 1;
    return true;
  }

  #token(): Token {
    return this.#tokens[this.#next] ?? { kind: 'end', text: '', at: 0 };
  }

  #unexpected(token: Token): Fault {
    if (token.kind === 'end') return new Fault('the formula ends where a value should stand', SIGNS, token);
    return new Fault(`"${token.text}" cannot stand here in a formula`, hintOf(token), token);
  }
}

function checkArguments(token: Token, name: FormulaFunction, count: number): void {
  if (name === 'abs' ? count === 1 : count > 1) return;
  const wanted =
    name === 'abs' ? 'one value, such as abs(a - b)' : `two values or more, such as ${name}(a, b)`;
  throw new Fault(
    `"${name}" takes ${name === 'abs' ? 'one value' : 'two values or more'}`,
    `write ${wanted}`,
    token,
  );
}

function hintOf({ kind, text }: Token): string {
  if (text === ',')
    return `a comma stands between the values of ${FORMULA_FUNCTIONS.join(', ')}; in a number write none`;
  if (text === '%') return 'divide by 100; there is no % sign';
  if (text === '^') return 'there are no powers; multiply';
  if (kind === 'number' || kind === 'name' || text === '(') return 'write + - * or / before it';
  return SIGNS;
}
