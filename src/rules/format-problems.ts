// Problems as a person reads them: the line, the mark under it, what to do, and a count at the end.
import type { Problem, SourcePosition } from '../model/problem.ts';
import { isRuleFile } from './is-rule-file.ts';
import type { RuleFiles } from './ruleset.ts';

export type ProblemFormat = 'text' | 'json' | 'github';

export interface FormatProblemsOptions {
  readonly format: ProblemFormat;
}

/**
 * `text` quotes each line with its mark; `json` is one document; `github` is workflow commands, which annotate the
 * lines of a pull request. `files` are the texts that were read; all end in a line break.
 */
export function formatProblems(
  problems: readonly Problem[],
  files: RuleFiles,
  { format }: FormatProblemsOptions,
): string {
  switch (format) {
    case 'text':
      return `${new TextWriter(files).write(problems)}${countLine(problems, files)}\n`;
    case 'json':
      return `${JSON.stringify({ problems, ...counts(problems), files: ruleFileCount(files) }, null, 2)}\n`;
    case 'github':
      return [...problems.map(annotation), countLine(problems, files), ''].join('\n');
  }
}

function counts(problems: readonly Problem[]): { readonly errors: number; readonly warnings: number } {
  const errors = problems.filter((problem) => problem.severity === 'error').length;
  return { errors, warnings: problems.length - errors };
}

function countLine(problems: readonly Problem[], files: RuleFiles): string {
  const { errors, warnings } = counts(problems);
  return `${number(errors, 'error')}, ${number(warnings, 'warning')} in ${number(ruleFileCount(files), 'file')}`;
}

const ruleFileCount = (files: RuleFiles): number => Object.keys(files).filter(isRuleFile).length;

const number = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** Longer lines are shown from near the mark on, so that a file without line breaks does not fill the screen. */
const WIDEST = 160;

class TextWriter {
  readonly #lines = new Map<string, readonly string[]>();
  readonly #files: RuleFiles;

  constructor(files: RuleFiles) {
    this.#files = files;
  }

  write(problems: readonly Problem[]): string {
    return problems.map((problem) => this.#one(problem)).join('');
  }

  #one({ code, severity, message, hint, position }: Problem): string {
    const { file, line, column } = position;
    const word = severity === 'warning' ? 'warning: ' : '';
    const { quoted, mark } = quote(this.#line(position), position);
    const gutter = `${line}`.padStart(4);
    const below = `${' '.repeat(gutter.length)} | ${mark}${hint === undefined ? '' : ` ${hint}`}`;
    return `${file}:${line}:${column}  ${code} ${word}${message}\n${gutter} | ${quoted}\n${below}\n`;
  }

  #line({ file, line }: SourcePosition): string {
    let lines = this.#lines.get(file);
    if (lines === undefined) {
      lines = (Object.hasOwn(this.#files, file) ? (this.#files[file] ?? '') : '').split(/\r?\n/);
      this.#lines.set(file, lines);
    }
    return lines[line - 1] ?? '';
  }
}

function quote(line: string, position: SourcePosition): { readonly quoted: string; readonly mark: string } {
  const at = position.column - 1;
  const from = line.length > WIDEST && at > WIDEST / 2 ? at - WIDEST / 2 : 0;
  const shown = line.slice(from, from + WIDEST);
  const before = from > 0 ? '…' : '';
  const after = line.length > from + WIDEST ? '…' : '';
  // A tab stays a tab before the mark, so that the mark stands under what it means.
  const lead = before + shown.slice(0, at - from).replace(/[^\t]/g, ' ');
  const carets = '^'.repeat(Math.max(1, Math.min(position.length, shown.length - (at - from))));
  const quoted = before + visible(shown) + after;
  return { quoted, mark: (before === '' ? lead : ` ${lead.slice(1)}`) + carets };
}

/** A file's control characters must not reach the terminal. */
const visible = (text: string): string => text.replace(/[^\P{Cc}\t]|[\p{Bidi_Control}\u2028\u2029]/gu, '·');

function annotation({ code, severity, message, hint, position }: Problem): string {
  const { file, line, column, length } = position;
  const place = `file=${property(file)},line=${line},col=${column},endColumn=${column + length}`;
  const text = hint === undefined ? message : `${message}: ${hint}`;
  return `::${severity} ${place},title=${code}::${data(text)}`;
}

const data = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const property = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
