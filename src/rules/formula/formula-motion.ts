// Whether events can only raise a formula's value, given what they do to its operands.
import type { Formula } from './formula.ts';

/** `steady`: no usage event changes it. */
export type OperandMotion = 'steady' | 'rising' | 'any';

/** Errs on the side of `any`: what rises may open a signal before the close. */
export function formulaMotion(formula: Formula, motion: (index: number) => OperandMotion): OperandMotion {
  const of = (part: Formula): OperandMotion => formulaMotion(part, motion);
  switch (formula.kind) {
    case 'number':
      return 'steady';
    case 'name':
      return motion(formula.index);
    case 'negated':
      return of(formula.of) === 'steady' ? 'steady' : 'any';
    case 'sum':
      return together(formula.terms.map(({ minus, of: term }) => (minus ? onlySteady(of(term)) : of(term))));
    case 'product': {
      const moving = formula.factors.filter((factor) => of(factor.of) !== 'steady');
      const [only] = moving;
      if (only === undefined) return 'steady';
      // A trait may be negative, and then turns the motion round.
      const others = formula.factors.filter((factor) => factor !== only);
      const upward =
        moving.length === 1 && !only.divides && others.every(({ of: part }) => part.kind === 'number');
      return upward ? of(only.of) : 'any';
    }
    case 'call':
      // A first value that appears may be smaller than the one that stood in for it.
      return formula.name === 'min' || formula.name === 'max'
        ? together(formula.of.map(of))
        : onlySteady(together(formula.of.map(of)));
  }
}

const onlySteady = (motion: OperandMotion): OperandMotion => (motion === 'steady' ? 'steady' : 'any');

function together(motions: readonly OperandMotion[]): OperandMotion {
  if (motions.includes('any')) return 'any';
  return motions.includes('rising') ? 'rising' : 'steady';
}
