// `tidemark rules test` over a hundred tests of sixty days, wall time from the start of the process to its end: of four
// rules, all in one file; and of all rules that ship, through the tests beside them. Against the same tests run one at
// a time, each with only the rules that it needs, on an engine that runs already: every eleventh of them, and
// as many times their time as there are tests to one of them.
//   npx tsx bench/rules-test.ts [tests]
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { readRuleFiles, readRulesAndTests } from '../src/app/read-rule-files.ts';
import { groupTests } from '../src/app/rule-tests/group-tests.ts';
import { runTests } from '../src/app/rule-tests/run-tests.ts';
import { systemClock as clock } from '../src/app/system-clock.ts';
import { daysBetween, UTC } from '../src/model/time.ts';
import { readRuleset } from '../src/rules/read-ruleset.ts';
import type { RuleFiles, Ruleset } from '../src/rules/ruleset.ts';
import { countEvents } from '../src/rules/test-file/expand-occurrence.ts';
import { readTestFiles } from '../src/rules/test-file/read-test-files.ts';
import type { RuleTest } from '../src/rules/test-file/rule-test.ts';
import { firstDayOf, lastDayOf } from '../src/rules/test-file/span-test.ts';
import { median, seconds, startBenchEngine } from './bench-project.ts';
import { stretchLibraryTests } from './rules-test/library-tests.ts';
import { writeMadeTests } from './rules-test/made-tests.ts';

const TESTS = Number(process.argv[2] ?? 100);
const DAYS = 60;
const ROUNDS = 3;
/** Of so many tests the baseline runs one; it has no factor in common with the number of kinds. */
const SAMPLED = 11;

const rules = await readRuleFiles('rules');
const { ruleset } = readRuleset(rules, {});
if (ruleset === undefined) throw new Error('the shipped rules do not check');
const shipped = await readRulesAndTests('rules');
const read = readTests(shipped, ruleset);
const stretched = stretchLibraryTests({ files: shipped, read, tests: TESTS, days: DAYS });
await compare('four rules', ruleset, { ...rules, 'bench.test.yaml': writeMadeTests(TESTS, DAYS) });
await compare('all rules that ship', ruleset, { ...rules, ...stretched });

async function compare(what: string, ruleset: Ruleset, files: RuleFiles): Promise<void> {
  const tests = readTests(files, ruleset);
  const ours = await timeCommand(files);
  const theirs = await oneAtATime(ruleset, tests);
  const [own, alone] = [median(ours), (theirs.total * tests.length) / theirs.ran];
  console.log(`${what}: ${tests.length} tests, ${describe(tests)}`);
  console.log(
    `  tidemark rules test, process start included        ${own.toFixed(2)} s (median of ${ROUNDS}: ${ours.map((s) => s.toFixed(2)).join(' ')})`,
  );
  console.log(
    `  one test at a time, its rules only, engine given   ${alone.toFixed(2)} s (${theirs.ran} of the ${tests.length} tests: ${theirs.total.toFixed(2)} s)`,
  );
  console.log(`  ratio: all in one pass are ${(alone / own).toFixed(1)} times as fast`);
}

function describe(tests: readonly RuleTest[]): string {
  const closes = tests.map((test) => daysBetween(firstDayOf(test), lastDayOf(test)) + 1);
  const events = tests.reduce((sum, test) => sum + countEvents(test.events), 0);
  return `${Math.min(...closes)} days each at the least, ${closes.reduce((sum, days) => sum + days)} in all, ${events} events`;
}

async function timeCommand(files: RuleFiles): Promise<readonly number[]> {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-bench-tests-'));
  try {
    mkdirSync(join(folder, 'rules'));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, 'rules', name), text);
    const run = async () =>
      execFileSync(process.execPath, [resolve('bin/tidemark'), 'rules', 'test'], { cwd: folder });
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round++) times.push(await seconds(run));
    return times;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The baseline is spared the starts of the process and the engine, and the making of databases. */
async function oneAtATime(ruleset: Ruleset, tests: readonly RuleTest[]) {
  const engine = await startBenchEngine();
  try {
    let [total, ran] = [0, 0];
    for (const test of tests.filter((_, index) => index % SAMPLED === 0)) {
      const store = await engine.open(`test_${ran}`);
      const [group] = groupTests(ruleset, [test]);
      if (group === undefined) continue;
      total += await seconds(() => runTests({ store, clock, ruleset, group, routes: new Map() }));
      ran += 1;
    }
    return { total, ran };
  } finally {
    await engine.stop();
  }
}

function readTests(files: RuleFiles, ruleset: Ruleset): readonly RuleTest[] {
  const { tests, problems } = readTestFiles({ files, ruleset, timezone: UTC, sinks: undefined });
  if (problems.length > 0) throw new Error(problems.map(({ message }) => message).join('\n'));
  return tests;
}
