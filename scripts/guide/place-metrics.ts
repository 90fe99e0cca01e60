// Puts generated text into a page, between the comments that mark its place.

const BEGIN = '<!-- begin: metrics, written by scripts/write-guide.ts from the kinds of metrics -->';
const END = '<!-- end: metrics -->';

/** @throws Error when the page has no such place. */
export function placeMetrics(page: string, table: string): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin === -1 || end < begin) throw new Error(`the page has no place between "${BEGIN}" and "${END}"`);
  return `${page.slice(0, begin + BEGIN.length)}\n${table}\n${page.slice(end)}`;
}
