// The test files of a rules folder to tests, or to everything that is wrong with them. The rules must be sound.
import type { Problem } from '../../model/problem.ts';
import type { TimeZone } from '../../model/time.ts';
import { collectDefinitions } from '../read/collect-definitions.ts';
import { parseYaml } from '../read/parse-yaml.ts';
import { ProblemList } from '../read/problem-list.ts';
import { readMap, requireKeys } from '../read/read-map.ts';
import { readMetric } from '../read/read-metric.ts';
import { Reading } from '../read/reading.ts';
import type { RuleFiles, Ruleset } from '../ruleset.ts';
import { isTestFile } from './is-test-file.ts';
import { readRuleTest } from './read-rule-test.ts';
import type { RuleTest } from './rule-test.ts';

export interface ReadTestFilesOptions {
  /** Rules and tests by name; anything else than tests is read for its names only. */
  readonly files: RuleFiles;
  readonly ruleset: Ruleset;
  /** Of the project; a test may have its own. */
  readonly timezone: TimeZone;
  /** Names of the configured sinks; undefined leaves `notified` unchecked. */
  readonly sinks: readonly string[] | undefined;
}

export interface TestFilesReading {
  /** In the order of files and lines; those without a mistake. */
  readonly tests: readonly RuleTest[];
  /** In file order. */
  readonly problems: readonly Problem[];
}

/** Never throws, whatever the text. */
export function readTestFiles(options: ReadTestFilesOptions): TestFilesReading {
  const problems = new ProblemList();
  const reading = openReading(options, problems);
  const names = Object.keys(options.files).filter(isTestFile).sort();
  const tests = names.flatMap((name) => readFile(name, options, reading));
  return { tests, problems: problems.inFileOrder() };
}

/** What is wrong with the rules themselves is told where they are read. */
function openReading({ files, sinks }: ReadTestFilesOptions, problems: ProblemList): Reading {
  const rules = Object.fromEntries(Object.entries(files).filter(([name]) => !isTestFile(name)));
  const { definitions } = collectDefinitions(rules, new ProblemList());
  return new Reading({
    problems,
    definitions,
    complete: true,
    readMetric,
    sinks,
    retentionDays: undefined,
    seenEvents: undefined,
  });
}

function readFile(name: string, options: ReadTestFilesOptions, reading: Reading): readonly RuleTest[] {
  const { root } = parseYaml(name, options.files[name] ?? '', reading.problems);
  if (root === undefined) return [];
  const shape = { what: 'a test file', keys: ['tests'] };
  const entries = readMap(root, reading, shape);
  if (entries === undefined || !requireKeys(root, entries, reading, shape)) return [];
  const list = entries.get('tests')?.value;
  if (list?.kind !== 'list') {
    if (list !== undefined && list.kind !== 'invalid')
      reading.problems.add('T011', list.span, '"tests" must be a list', 'begin each test with "- name: …"');
    return [];
  }
  const known = new Map<string, number>();
  return list.items.flatMap((item) => {
    const test = readRuleTest(item, { ...options, reading, known });
    return test === undefined ? [] : [test];
  });
}
