// One rule file's text to a source tree, or to what is wrong with it as YAML. Never throws, whatever the text.
import { Composer, type CST, type Document, Lexer, Parser } from 'yaml';
import { explainSyntax } from './explain-syntax.ts';
import type { ProblemList } from './problem-list.ts';
import { openSource, positionOf, type SourceFile, type SourceNode, type Span } from './source.ts';
import { TreeReader } from './tree-reader.ts';

/** Of a rule file or a test file. */
export const MOST_FILE_CHARACTERS = 1_000_000;
/** The parser recurses into collections; a few thousand levels end the process, not just the call. */
const MOST_LEVELS = 64;
const MOST_TOKENS = 500_000;
const MOST_SYNTAX_ERRORS = 20;

const OPTIONS = {
  version: '1.2',
  schema: 'core',
  merge: false,
  uniqueKeys: false,
  prettyErrors: false,
  strict: true,
  logLevel: 'silent',
} as const;

export interface ParsedFile {
  /** Undefined for a file without content, and for one that could not be read. */
  readonly root: SourceNode | undefined;
  /** False when names defined in it may be unknown to us. */
  readonly complete: boolean;
}

export function parseYaml(name: string, text: string, problems: ProblemList): ParsedFile {
  const file = openSource(name, text);
  if (text.length > MOST_FILE_CHARACTERS) {
    problems.add(
      'Y010',
      { file, start: 0, end: 1 },
      `file is over ${MOST_FILE_CHARACTERS / 1_000_000} MB`,
      'split it',
    );
    return { root: undefined, complete: false };
  }
  const documents = compose(file, problems);
  const document = documents?.[0];
  if (documents === undefined || document === undefined) return { root: undefined, complete: false };
  reportSyntax(file, documents, problems);
  // What a text that is not YAML seems to say would only add complaints about things that nobody wrote.
  if (document.errors.length > 0) return { root: undefined, complete: false };
  if (document.contents === null) return { root: undefined, complete: documents.length === 1 };
  const reader = new TreeReader(file, problems);
  const root = reader.root(document.contents);
  return { root, complete: documents.length === 1 && !reader.lost };
}

function compose(file: SourceFile, problems: ProblemList): Document[] | undefined {
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  let lexemes = 0;
  let errors = 0;
  let before = '';
  for (const lexeme of new Lexer().lex(file.text)) {
    for (const token of parser.next(lexeme)) {
      tokens.push(token);
      if (token.type === 'error') errors += 1;
    }
    if (lexeme === ',' && before === ',') errors += 1;
    if (lexeme.trim() !== '') before = lexeme;
    // The parser has lost its place; a complaint for each further token would take its time.
    if (errors > MOST_SYNTAX_ERRORS) break;
    lexemes += 1;
    if (parser.stack.length > MOST_LEVELS) {
      problems.add(
        'Y009',
        spanAt(file, parser.offset),
        'maps and lists are nested too deeply',
        'name the inner parts as metrics or segments',
      );
      return undefined;
    }
    if (lexemes > MOST_TOKENS) {
      problems.add(
        'Y010',
        spanAt(file, parser.offset),
        'file has too many parts to be a rule file',
        'split it',
      );
      return undefined;
    }
  }
  for (const token of parser.end()) tokens.push(token);
  return withoutStacks(() => [...new Composer(OPTIONS).compose(tokens, true, file.text.length)]);
}

/** Garbage makes tens of thousands of error objects, and the stacks of those take two thirds of the time. */
function withoutStacks<T>(work: () => T): T {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return work();
  } finally {
    Error.stackTraceLimit = limit;
  }
}

const spanAt = (file: SourceFile, start: number): Span => ({ file, start, end: start + 1 });

function reportSyntax(file: SourceFile, documents: readonly Document[], problems: ProblemList): void {
  const [document, second] = documents;
  if (document === undefined) return;
  reportErrors(file, document.errors, problems);
  if (document.directives?.yaml.explicit === true)
    problems.add('Y012', spanAt(file, 0), 'directives such as %YAML are not allowed', 'remove the line');
  if (second !== undefined)
    problems.add(
      'Y002',
      spanAt(file, second.range?.[0] ?? 0),
      'more than one document in a file',
      'remove the "---" or split the file',
    );
}

/** One a line: what the parser stumbles over next is most often the same mistake. */
function reportErrors(file: SourceFile, errors: Document['errors'], problems: ProblemList): void {
  let told = 0;
  for (const error of errors.slice(0, MOST_SYNTAX_ERRORS)) {
    const { start, end, message, hint } = explainSyntax(file, error);
    const { line } = positionOf({ file, start, end });
    if (told > 0 && (line <= told || FOLLOWS.test(error.message))) continue;
    told = Math.max(line, told);
    problems.add('Y001', { file, start, end }, message, hint);
  }
}

/** After a first mistake, these say only that the parser has lost its place. */
const FOLLOWS = /in YAML stream|must be sufficiently indented|at node end|Implicit map keys/;
