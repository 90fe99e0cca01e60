// Problems as a person reads them: the line, the mark under it, what to do, and a count at the end.
import type { Problem, SourcePosition } from '../model/problem.ts';
import { isRuleFile } from './is-rule-file.ts';
import { quoteLine, wrapWords } from './quote-line.ts';
import type { RuleFiles } from './ruleset.ts';

export type ProblemFormat = 'text' | 'json' | 'github';

export interface FormatProblemsOptions {
  readonly format: ProblemFormat;
  /** Columns of the terminal that `text` is for; undefined where it goes into a file. */
  readonly width?: number | undefined;
}

/**
 * `text` quotes each line with its mark; `json` is one document; `github` is workflow commands, which annotate the
 * lines of a pull request. `files` are the texts that were read; all end in a line break.
 */
export function formatProblems(
  problems: readonly Problem[],
  files: RuleFiles,
  { format, width }: FormatProblemsOptions,
): string {
  switch (format) {
    case 'text':
      return `${new TextWriter(files, width).write(problems)}${countLine(problems, files)}\n`;
    case 'json':
      return `${JSON.stringify({ problems, ...counts(problems), files: fileCount(problems, files) }, null, 2)}\n`;
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
  return `${number(errors, 'error')}, ${number(warnings, 'warning')} in ${number(fileCount(problems, files), 'file')}`;
}

/** Tests of rules count where they were read: then what is wrong may be theirs. */
function fileCount(problems: readonly Problem[], files: RuleFiles): number {
  const withTests = problems.some(({ position }) => !isRuleFile(position.file));
  return Object.keys(files).filter((name) => withTests || isRuleFile(name)).length;
}

const number = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** Wider lines are shown from near the mark on, so that a file without line breaks does not fill the screen. */
const WIDEST = 160;
const NARROWEST = 40;

class TextWriter {
  readonly #lines = new Map<string, readonly string[]>();
  readonly #files: RuleFiles;
  readonly #width: number | undefined;

  constructor(files: RuleFiles, width: number | undefined) {
    this.#files = files;
    this.#width = width === undefined ? undefined : Math.max(NARROWEST, width);
  }

  write(problems: readonly Problem[]): string {
    return problems.map((problem) => this.#one(problem)).join('');
  }

  #one({ code, severity, message, hint, position }: Problem): string {
    const { file, line, column } = position;
    const word = severity === 'warning' ? 'warning: ' : '';
    const gutter = `${`${line}`.padStart(4)} | `;
    const room = Math.min(WIDEST, (this.#width ?? Infinity) - gutter.length);
    const { quoted, mark, markWidth } = quoteLine(this.#line(position), position, room);
    const below = [mark];
    if (hint !== undefined) {
      // In a narrow terminal the hint gets lines of its own, so that it stays beside the gutter.
      if (this.#width === undefined || markWidth + 1 + hint.length <= room) below[0] = `${mark} ${hint}`;
      else below.push(...wrapWords(hint, room));
    }
    const blank = `${' '.repeat(gutter.length - 2)}| `;
    const lines = [`${gutter}${quoted}`, ...below.map((text) => `${blank}${text}`)];
    return `${file}:${line}:${column}  ${code} ${word}${message}\n${lines.join('\n')}\n`;
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

function annotation({ code, severity, message, hint, position }: Problem): string {
  const { file, line, column, length } = position;
  const place = `file=${property(file)},line=${line},col=${column},endColumn=${column + length}`;
  const text = hint === undefined ? message : `${message}: ${hint}`;
  return `::${severity} ${place},title=${code}::${data(text)}`;
}

const data = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const property = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
