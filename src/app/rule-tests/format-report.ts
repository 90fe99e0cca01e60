// What came of a run of tests, as a person reads it and as one JSON document.
import type { ScoreEvidence } from '../../model/signal.ts';
import { formatValue } from '../../scoring/write-sentence.ts';
import type { CheckFailure, RunReport, TestResult } from './test-result.ts';

/** Failures with their evidence, and a count; ends in a line break. */
export function formatReport(report: RunReport): string {
  const failed = report.results.filter(({ failures }) => failures.length > 0);
  const told = failed.map((result) => `${formatFailed(result)}\n`);
  const passed = report.results.length - failed.length;
  const counts = [`${passed} passed`, ...(failed.length === 0 ? [] : [`${failed.length} failed`])];
  const seconds = (report.milliseconds / 1000).toFixed(1);
  const files = `${report.files} file${report.files === 1 ? '' : 's'}`;
  return `${told.join('')}${counts.join(', ')} in ${files}, ${seconds} s\n`;
}

function formatFailed({ test, failures }: TestResult): string {
  const { file, line } = test.position;
  const lines = failures.flatMap((failure) => formatFailure(failure).map((text) => `  ${text}`));
  return [`FAIL ${visible(test.name)}  ${file}:${line}`, ...lines, ''].join('\n');
}

/** One failed expectation, a line each. */
export function formatFailure(failure: CheckFailure): readonly string[] {
  const { position, day, account, what, expected, got } = failure;
  return [
    `${position.file}:${position.line}  ${day} ${account}  ${what}`,
    `  expected  ${expected}`,
    `  got       ${got}`,
    ...section('evidence', evidenceLines(failure)),
    ...section('parts', failure.score === undefined ? [] : rows(scoreColumns(failure.score))),
    ...section(
      'history',
      failure.history.map(({ day: on, from, to, reason }) => `${on}: ${from} -> ${to} (${reason})`),
    ),
  ].map(visible);
}

function evidenceLines({ leaves, leavesDay, day }: CheckFailure): readonly string[] {
  const lines = rows(leaves.map(toColumns));
  return lines.length === 0 || leavesDay === day ? lines : [`of ${leavesDay}`, ...lines];
}

/** The heading stands before the first line, the others below it. */
const section = (heading: string, lines: readonly string[]): readonly string[] =>
  lines.map((line, index) => `  ${(index === 0 ? heading : '').padEnd(8)}  ${line}`);

const toColumns = ({ subject, value, test, outcome }: CheckFailure['leaves'][number]): readonly string[] => [
  subject,
  formatValue(value, 'plain'),
  test,
  outcome,
];

const scoreColumns = ({ value, band, coverage, parts }: ScoreEvidence): readonly (readonly string[])[] => [
  ...parts.map((part) => [
    part.part,
    `${part.points ?? '–'} of ${part.weight}`,
    `value ${formatValue(part.value, 'plain')}`,
  ]),
  ['score', String(value ?? '–'), `band ${band ?? '–'}, coverage ${formatValue(coverage, 'percent')}`],
];

/** Columns under each other. */
function rows(cells: readonly (readonly string[])[]): readonly string[] {
  const widths = [0, 1, 2, 3].map((column) => Math.max(0, ...cells.map((row) => row[column]?.length ?? 0)));
  return cells.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** Names and values come from files and must not reach the terminal as what it obeys. */
const visible = (text: string): string => text.replace(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu, '·');

/** One document; times in milliseconds. */
export function formatReportAsJson(report: RunReport): string {
  const tests = report.results.map(({ test, failures, milliseconds }) => ({
    name: test.name,
    file: test.position.file,
    line: test.position.line,
    passed: failures.length === 0,
    milliseconds: Math.round(milliseconds),
    failures: failures.map(({ position, score, ...failure }) => ({
      file: position.file,
      line: position.line,
      ...failure,
      ...(score === undefined ? {} : { score }),
    })),
  }));
  const passed = tests.filter((test) => test.passed).length;
  const milliseconds = Math.round(report.milliseconds);
  const counts = { passed, failed: tests.length - passed, files: report.files, milliseconds };
  return `${JSON.stringify({ tests, ...counts }, null, 2)}\n`;
}
