// The page docs/library.md: its tables, from what the files of the library say.
import type { LibraryEntry } from './read-library.ts';

const BEGIN =
  '<!-- from here on written from rules/*.yaml by tests/integration/library.test.ts: run it with -u -->';

/** The page with its table as the library has it; what stands before the mark is kept. */
export function writeLibraryPage(page: string, entries: readonly LibraryEntry[]): string {
  const [before = ''] = page.split(BEGIN);
  const files = [...new Set(entries.map(({ file }) => file))];
  const chapters = files.map((file) => writeChapter(file, entries));
  return `${before.trimEnd()}\n\n${BEGIN}\n\n${chapters.join('\n')}`;
}

function writeChapter(file: string, entries: readonly LibraryEntry[]): string {
  const own = entries.filter((entry) => entry.file === file);
  const rules = own.filter(({ section }) => section === 'rules');
  const others = own.filter(({ section }) => section !== 'rules');
  const table = (head: string, rows: readonly LibraryEntry[], what: (entry: LibraryEntry) => string) =>
    rows.length === 0
      ? ''
      : `| ${head} | | | source | calibrate |\n|---|---|---|---|---|\n${rows.map((entry) => writeRow(entry, what(entry))).join('\n')}\n`;
  const parts = [
    table('rule', rules, ({ kind = '', stage }) => (stage === undefined ? kind : `${kind}, ${stage}`)),
    table('score or grade', others, ({ section }) => (section === 'scores' ? 'score' : 'grade')),
  ];
  return `## ${file}\n\n${parts.filter((part) => part !== '').join('\n')}`;
}

const writeRow = ({ name, line, source = '', calibrate }: LibraryEntry, what: string): string =>
  `| \`${name}\` | ${what} | ${cell(line)} | ${cell(source)} | ${calibrate === undefined ? 'no' : `yes: ${cell(calibrate)}`} |`;

const cell = (text: string): string => text.replaceAll('|', '\\|');
