// A formula as a tree. Sums and products are lists, so that a long one is not a deep one.

export type Formula =
  | { readonly kind: 'number'; readonly value: number }
  /** Index into the names of the formula. */
  | { readonly kind: 'name'; readonly index: number }
  | { readonly kind: 'negated'; readonly of: Formula }
  | { readonly kind: 'sum'; readonly terms: readonly Term[] }
  | { readonly kind: 'product'; readonly factors: readonly Factor[] }
  | { readonly kind: 'call'; readonly name: FormulaFunction; readonly of: readonly Formula[] };

// Types rather than interfaces, so that a formula is JSON, which definitions are made of.
type Term = { readonly minus: boolean; readonly of: Formula };
type Factor = { readonly divides: boolean; readonly of: Formula };

export const FORMULA_FUNCTIONS = ['min', 'max', 'abs', 'coalesce'] as const;
export type FormulaFunction = (typeof FORMULA_FUNCTIONS)[number];

export const isFormulaFunction = (word: string): word is FormulaFunction =>
  FORMULA_FUNCTIONS.some((name) => name === word);
