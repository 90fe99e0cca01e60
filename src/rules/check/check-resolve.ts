// `resolve_when` that can never hold, in the simple cases: recovery needs it true and `when` not true.
import type { Condition, ConditionLeaf } from '../condition.ts';
import { intervalOf } from '../read/exclude-each-other.ts';
import type { ReadRule } from '../read/read-rule.ts';
import type { Definition, Reading } from '../read/reading.ts';
import { entryOf } from '../read/source.ts';

/** Each is held against each; a rule that a person wrote has a handful. */
const MOST = 100;

export function checkResolve(rule: ReadRule, definition: Definition, reading: Reading): void {
  const { when, resolveWhen } = rule;
  if (resolveWhen === undefined) return;
  const span = entryOf(definition.value, 'resolve_when')?.keySpan ?? definition.keySpan;
  if (resolveWhen.kind === 'constant' && !resolveWhen.value) {
    reading.problems.refuse(
      'R001',
      span,
      '"resolve_when" is never true: the signal would stay open for ever',
      'leave it out to resolve when "when" ends',
    );
    return;
  }
  if (when.kind === 'constant' && when.value) {
    reading.problems.refuse(
      'R001',
      span,
      '"resolve_when" can never hold: "when" is always true',
      'recovery needs "when" to be not true',
    );
    return;
  }
  const needed = neededOf(resolveWhen).slice(0, MOST);
  const implied = impliedBy(when, needed);
  if (implied === undefined) return;
  const text = implied.map(textOf).join('" and "');
  reading.problems.refuse(
    'R001',
    span,
    `"resolve_when" can never hold: where "${text}" is true, "when" is true too`,
    'recovery needs "when" to be not true',
  );
}

/** What a condition is made of where it is not divided further. */
type Atom = ConditionLeaf | (Condition & { readonly kind: 'segment' });

const textOf = (atom: Atom): string =>
  atom.kind === 'segment' ? `segment ${atom.name}` : `${atom.text.subject} ${atom.text.test}`;

/** The parts of which every one must hold. */
function neededOf(condition: Condition): readonly Atom[] {
  if (condition.kind === 'leaf' || condition.kind === 'segment') return [condition];
  return condition.kind === 'all' ? condition.of.flatMap(neededOf) : [];
}

/** Those of the atoms that make the condition true by themselves; undefined when that cannot be seen. */
function impliedBy(condition: Condition, atoms: readonly Atom[]): readonly Atom[] | undefined {
  switch (condition.kind) {
    case 'leaf':
    case 'segment': {
      const atom = atoms.find((candidate) => implies(candidate, condition));
      return atom && [atom];
    }
    case 'any':
      return firstDefined(condition.of.slice(0, MOST), (part) => impliedBy(part, atoms));
    case 'all': {
      const parts = condition.of.slice(0, MOST).map((part) => impliedBy(part, atoms));
      const found = parts.filter((part) => part !== undefined);
      return found.length === condition.of.length ? [...new Set(found.flat())] : undefined;
    }
    default:
      return undefined;
  }
}

function firstDefined<A, B>(items: readonly A[], find: (item: A) => B | undefined): B | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

function implies(atom: Atom, other: Atom): boolean {
  if (textOf(atom) === textOf(other)) return true;
  if (atom.kind === 'segment' || other.kind === 'segment' || atom.text.subject !== other.text.subject)
    return false;
  const [inner, outer] = [intervalOf(atom.test), intervalOf(other.test)];
  if (inner === undefined || outer === undefined || inner.type !== outer.type) return false;
  const low = inner.low > outer.low || (inner.low === outer.low && (inner.lowOpen || !outer.lowOpen));
  const high = inner.high < outer.high || (inner.high === outer.high && (inner.highOpen || !outer.highOpen));
  return low && high;
}
