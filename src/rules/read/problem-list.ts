// Collects what is wrong with the rule files, so that all of it is told at once, in file order.
import type { Problem } from '../../model/problem.ts';
import { type LaterCode, PROBLEM_CODES, type ProblemCode } from '../problem-codes.ts';
import { positionOf, type Span } from './source.ts';

/** Beyond this nobody reads on, and a megabyte of garbage would fill the memory with complaints. */
const MOST = 1000;

const MOST_CHARACTERS = 300;

interface Entry {
  readonly problem: Problem;
  readonly start: number;
}

export class ProblemList {
  readonly #entries = new Map<string, Entry>();
  readonly #stored: boolean;
  #dropped: Span | undefined;

  /** `stored`: the texts were applied once, and what is refused since then is no mistake of theirs. */
  constructor({ stored = false }: { readonly stored?: boolean | undefined } = {}) {
    this.#stored = stored;
  }

  /** One mistake seen twice, such as through a YAML alias, is told once. */
  add(code: ProblemCode, span: Span, text: string, hint?: string): void {
    const message = clip(text);
    const key = `${code} ${span.file.name} ${span.start} ${message}`;
    if (this.#entries.has(key)) return;
    if (this.isFull) {
      this.#dropped ??= span;
      return;
    }
    this.#put(key, code, span, { message, hint: hint === undefined ? undefined : clip(hint) });
  }

  /** For what could be read as it stands. False when it must be: nothing is reported of a stored text. */
  refuse(code: LaterCode, span: Span, text: string, hint?: string): boolean {
    if (!this.#stored) this.add(code, span, text, hint);
    return !this.#stored;
  }

  /** True when more is no longer kept: work done for a hint would be lost. */
  get isFull(): boolean {
    return this.#entries.size >= MOST;
  }

  get hasErrors(): boolean {
    return [...this.#entries.values()].some((entry) => entry.problem.severity === 'error');
  }

  inFileOrder(): readonly Problem[] {
    if (this.#dropped !== undefined) {
      const message = `more than ${MOST} problems; the rest is not shown`;
      this.#put('', 'T022', this.#dropped, { message, hint: 'repair these first' });
    }
    return [...this.#entries.values()].sort(byPlace).map((entry) => entry.problem);
  }

  #put(
    key: string,
    code: ProblemCode,
    span: Span,
    { message, hint }: { readonly message: string; readonly hint: string | undefined },
  ): void {
    const problem = {
      code,
      severity: PROBLEM_CODES[code],
      message,
      hint,
      position: positionOf(span),
    };
    this.#entries.set(key, { problem, start: span.start });
  }
}

/** Names in messages come from the file: they may be long, and may hold what a terminal obeys. */
function clip(text: string): string {
  const short = text.length <= MOST_CHARACTERS ? text : `${text.slice(0, MOST_CHARACTERS)}…`;
  return short.replace(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu, '·');
}

function byPlace(a: Entry, b: Entry): number {
  if (a.problem.position.file !== b.problem.position.file)
    return a.problem.position.file < b.problem.position.file ? -1 : 1;
  return a.start - b.start || (a.problem.code < b.problem.code ? -1 : 1);
}
