// Where the rules name traits, for what is said of them once everything is read.
import type { Span } from './source.ts';

export type TraitFamily = 'account' | 'user';

export interface TraitUse {
  readonly family: TraitFamily;
  readonly name: string;
  /** The first place. */
  readonly span: Span;
  readonly places: ReadonlySet<string>;
}

export class TraitUses {
  readonly #uses = new Map<string, TraitUse & { readonly places: Set<string> }>();

  add(family: TraitFamily, name: string, span: Span): void {
    const key = `${family}.${name}`;
    const use = this.#uses.get(key) ?? { family, name, span, places: new Set<string>() };
    this.#uses.set(key, use);
    use.places.add(`${span.file.name} ${span.start}`);
  }

  all(): Iterable<TraitUse> {
    return this.#uses.values();
  }
}
