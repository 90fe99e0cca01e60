// Runs the tests of a rules folder: what is wrong with its files, or what came of its tests.
import type { Clock } from '../../model/clock.ts';
import type { Problem } from '../../model/problem.ts';
import type { Store } from '../../model/store.ts';
import { readRuleset } from '../../rules/read-ruleset.ts';
import type { RuleFiles } from '../../rules/ruleset.ts';
import { isTestFile } from '../../rules/test-file/is-test-file.ts';
import { readTestFiles } from '../../rules/test-file/read-test-files.ts';
import type { RuleTest } from '../../rules/test-file/rule-test.ts';
import { checksOf } from '../apply-folder.ts';
import type { Settings } from '../config/settings.ts';
import { readRulesAndTests } from '../read-rule-files.ts';
import { groupTests } from './group-tests.ts';
import type { TestEngine } from './open-test-engine.ts';
import { runTests } from './run-tests.ts';
import type { RunReport, TestResult } from './test-result.ts';

export interface TestFolder {
  readonly folder: string;
  /** Put before each file's name, so that a message shows a path that can be opened. */
  readonly shownAs: string;
  readonly settings: Settings;
  readonly clock: Clock;
  /** Started already or on its way: files are read meanwhile. */
  readonly engine: Promise<TestEngine>;
  /** Only tests whose name contains it, in whatever case; undefined: all. */
  readonly filter: string | undefined;
}

export type FolderTested =
  /** Nothing was run. */
  | { readonly kind: 'problems'; readonly problems: readonly Problem[]; readonly files: RuleFiles }
  | { readonly kind: 'none'; readonly message: string }
  | ({ readonly kind: 'run' } & RunReport);

/** @throws RulesFolderError, StoreError */
export async function testFolder(options: TestFolder): Promise<FolderTested> {
  const startedAt = performance.now();
  const { folder, shownAs, settings, filter } = options;
  const files = await readRulesAndTests(folder, { shownAs });
  const rules = Object.fromEntries(Object.entries(files).filter(([name]) => !isTestFile(name)));
  const checks = checksOf(settings);
  const { ruleset, problems } = readRuleset(rules, checks);
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (ruleset === undefined) return { kind: 'problems', problems: errors, files };
  const read = readTestFiles({ files, ruleset, timezone: settings.timezone, sinks: checks.sinks });
  if (read.problems.length > 0) return { kind: 'problems', problems: read.problems, files };
  const tests = read.tests.filter(({ name }) => matches(name, filter));
  if (tests.length === 0) return { kind: 'none', message: describeNone(options, read.tests.length) };
  const { clock } = options;
  const { routes } = settings;
  const engine = await options.engine;
  const results = new Map<RuleTest, TestResult>();
  for (const group of groupTests(ruleset, tests)) {
    const run = (store: Store) => runTests({ store, clock, ruleset, group, routes });
    for (const result of await engine.withDatabase(run)) results.set(result.test, result);
  }
  const testFiles = new Set(tests.map(({ position }) => position.file)).size;
  const inOrder = tests.flatMap((test) => results.get(test) ?? []);
  return { kind: 'run', results: inOrder, files: testFiles, milliseconds: performance.now() - startedAt };
}

const matches = (name: string, filter: string | undefined): boolean =>
  filter === undefined || name.toLowerCase().includes(filter.toLowerCase());

const describeNone = ({ shownAs, filter }: TestFolder, all: number): string =>
  all === 0
    ? `no tests in ${shownAs || '.'}; write them in a file such as pql.test.yaml`
    : `none of the ${all} tests has "${filter}" in its name`;
