// What came of a run of tests in JUnit's XML, which CI systems show: a suite for each file, a case for each test.
import type { Problem } from '../../model/problem.ts';
import { formatFailure } from './format-report.ts';
import type { RunReport, TestResult } from './test-result.ts';

/** The time of the run, which all tests share, is told at the top; that of a case is its own part of it. */
export function formatJunit({ results, milliseconds }: RunReport): string {
  const suites = new Map<string, TestResult[]>();
  for (const result of results) {
    const { file } = result.test.position;
    suites.set(file, [...(suites.get(file) ?? []), result]);
  }
  const share = milliseconds / Math.max(1, results.length);
  const counts = `tests="${results.length}" failures="${countFailed(results)}" errors="0"`;
  return document(
    `name="tidemark rules test" ${counts} time="${seconds(milliseconds)}"`,
    [...suites].map(([file, own]) => writeSuite(file, own, share)),
  );
}

/** Files that cannot be read as rules or tests: one case for each mistake. */
export function formatProblemsAsJunit(problems: readonly Problem[]): string {
  const cases = problems.map(({ code, message, hint, position: { file, line, column } }) => {
    const place = `${file}:${line}:${column}`;
    const text = escapeXml(`${place} ${code} ${message}${hint === undefined ? '' : `\n${hint}`}`);
    const name = `name="${escapeXml(`${place} ${code}`)}" classname="${escapeXml(file)}" time="0"`;
    const error = `<error type="${code}" message="${escapeXml(message)}">${text}</error>`;
    return `    <testcase ${name}>${error}</testcase>`;
  });
  const counts = `tests="${problems.length}" failures="0" errors="${problems.length}" time="0"`;
  return document(`name="tidemark rules test" ${counts}`, [
    [`  <testsuite name="problems" ${counts}>`, ...cases, '  </testsuite>'].join('\n'),
  ]);
}

const document = (attributes: string, suites: readonly string[]): string =>
  [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${attributes}>`,
    ...suites,
    '</testsuites>',
    '',
  ].join('\n');

function writeSuite(file: string, results: readonly TestResult[], share: number): string {
  const counts = `tests="${results.length}" failures="${countFailed(results)}" errors="0"`;
  const time = seconds(share * results.length);
  return [
    `  <testsuite name="${escapeXml(file)}" ${counts} time="${time}">`,
    ...results.map((result) => writeCase(file, result, share)),
    '  </testsuite>',
  ].join('\n');
}

function writeCase(file: string, { test, failures }: TestResult, share: number): string {
  const line = `line="${test.position.line}"`;
  const name = `name="${escapeXml(test.name)}" classname="${escapeXml(file)}" file="${escapeXml(file)}" ${line}`;
  const open = `    <testcase ${name} time="${seconds(share)}"`;
  const [first] = failures;
  if (first === undefined) return `${open}/>`;
  const message = `${first.day} ${first.account} ${first.what}: expected ${first.expected}, got ${first.got}`;
  const more = failures.length === 1 ? '' : ` (and ${failures.length - 1} more)`;
  const text = failures.map((failure) => formatFailure(failure).join('\n')).join('\n\n');
  const failure = `<failure type="expectation" message="${escapeXml(message + more)}">${escapeXml(text)}</failure>`;
  return `${open}>${failure}</testcase>`;
}

const countFailed = (results: readonly TestResult[]): number =>
  results.filter(({ failures }) => failures.length > 0).length;

const seconds = (milliseconds: number): string => (milliseconds / 1000).toFixed(3);

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
};

/** What XML 1.0 cannot hold at all becomes a dot. */
const escapeXml = (text: string): string =>
  text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '·')
    .replace(/[&<>"\n]/g, (character) => ENTITIES[character] ?? character);
