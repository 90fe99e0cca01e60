// What is tested, as far as its tests depend on it.
import type { Literal } from '../literal.ts';
import type { Span } from './source.ts';

/** A set of words, not always written out: a grade has up to 1,300. */
export type Words = Pick<ReadonlySet<string>, 'has'> & Iterable<string>;

export interface Tested {
  readonly what: string;
  /** `word`: one of `words`. `any`: the literal decides. */
  readonly type: 'number' | 'word' | 'any';
  readonly words?: Words;
  /** The spelling of the words means something: they can be told by how they begin or end. */
  readonly spelled?: true;
  /** Under a `none` or a `not`. */
  readonly denied?: boolean;
  /** How the subject is written in a condition; undefined where only tests can stand, as in `where`. */
  readonly subject?: string;
  /** It is a date, or is called like one. */
  readonly date?: DateTested;
  /** Told the type of each literal that the value is compared with. */
  readonly onType?: (type: Literal['type'], span: Span) => void;
}

export interface DateTested {
  /** False where only its name says so. */
  readonly sure: boolean;
  /** Whether its days are counted from it or to it. */
  readonly days: 'since' | 'until';
  /** How its days are asked for, given the test, such as `{gt: 45}`. */
  readonly hintDays: (test: string) => string;
}
