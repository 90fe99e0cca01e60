// What the doctor found as a person reads it: a line each, what to do under it, and a count at the end.
import type { Finding } from '../app/doctor/finding.ts';

const INDENT = 6;
const GAP = 2;

/** `width` is the terminal's; undefined wraps nothing. */
export function formatFindings(findings: readonly Finding[], width?: number): string {
  const column = INDENT + Math.max(...findings.map(({ check }) => check.length)) + GAP;
  const lines = findings.flatMap(({ check, status, found, todo }) => {
    const [first = '', ...more] = wrap(oneLine(found), width, column);
    const head = `${status.padEnd(INDENT)}${check.padEnd(column - INDENT)}${first}`;
    const next = todo === undefined ? [] : wrap(`→ ${todo}`, width, column);
    return [head, ...[...more, ...next].map((line) => `${' '.repeat(column)}${line}`)];
  });
  return `${lines.join('\n')}\n\n${summary(findings)}\n`;
}

/** Servers answer in several lines, which would break the table. */
const oneLine = (text: string): string => text.replaceAll(/\s*\n\s*/g, ' ').trim();

const NARROWEST = 30;

function wrap(text: string, width: number | undefined, column: number): readonly string[] {
  if (width === undefined) return [text];
  const most = Math.max(NARROWEST, width - column);
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > most) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}

function summary(findings: readonly Finding[]): string {
  const count = (status: Finding['status']): number =>
    findings.filter((each) => each.status === status).length;
  const [warnings, failures] = [count('warn'), count('fail')];
  if (warnings + failures === 0) return 'All is well.';
  const ofKind = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`;
  return `${count('ok')} ok, ${ofKind(warnings, 'warning')}, ${ofKind(failures, 'failure')}`;
}
