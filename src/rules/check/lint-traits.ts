// Names of traits that are probably misspelt: nobody sent them, or another is called nearly so. Nothing else would ever
// say so, since a trait that is not there is merely missing.
import type { Reading } from '../read/reading.ts';
import { nearestNames, slipsApart } from '../read/suggest-name.ts';
import type { TraitFamily, TraitUse } from '../read/trait-uses.ts';

/** Each is held against each; a project has some dozens. */
const MOST = 500;

export function lintTraits(reading: Reading): void {
  const uses = [...reading.traitUses.all()].slice(0, MOST);
  for (const use of uses) {
    const seen = seenOf(use.family, reading);
    if (seen === undefined) lintTwin(use, uses, reading);
    else if (!seen.includes(use.name)) reportUnseen(use, seen, reading);
  }
}

/** Undefined when nobody can tell, or no trait was ever sent. */
function seenOf(family: TraitFamily, { seenTraits }: Reading): readonly string[] | undefined {
  const names = seenTraits?.[family] ?? [];
  return names.length === 0 ? undefined : names;
}

function reportUnseen(
  { family, name, span }: TraitUse,
  seen: readonly string[],
  { problems }: Reading,
): void {
  const near = problems.isFull ? [] : nearestNames(name, seen);
  const hint =
    near.length === 0
      ? 'check its name, or send it before it counts'
      : `seen were ${near.map((other) => `"${family}.${other}"`).join(', ')}`;
  problems.add('L013', span, `no trait called "${family}.${name}" was ever received`, hint);
}

function lintTwin(use: TraitUse, uses: readonly TraitUse[], { problems }: Reading): void {
  if (use.places.size > 1 || problems.isFull) return;
  const twin = uses.find(
    (other) => other.family === use.family && other.places.size > 1 && isSlip(use.name, other.name),
  );
  if (twin === undefined) return;
  const { family, name, span } = use;
  const message = `"${family}.${name}" stands here only, and "${family}.${twin.name}" in ${twin.places.size} places`;
  problems.add('L014', span, message, `did you mean "${family}.${twin.name}"?`);
}

const LEAST = 4;

/** One letter more, less or another, or two that changed places; not the next of a series. */
function isSlip(a: string, b: string): boolean {
  if (Math.min(a.length, b.length) < LEAST || Math.abs(a.length - b.length) > 1) return false;
  return seriesOf(a) !== seriesOf(b) && slipsApart(a, b) === 1;
}

/** Names that differ in digits, or in a last letter that stands alone, are of one series: `tier1`, `utm_a`. */
const seriesOf = (name: string): string => name.replace(/\d/g, '0').replace(/_[a-z]$/i, '_a');
