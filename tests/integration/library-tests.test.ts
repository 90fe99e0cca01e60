// That the tests beside the shipped rules would notice: every rule is broken on purpose, and the tests that keep it
// silent, or open, have to fail. A test of an account that the rule is not about, or of which nothing is known, does not.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runTests } from '../../src/app/rule-tests/run-tests.ts';
import { systemClock as clock } from '../../src/app/system-clock.ts';
import type { SourcePosition } from '../../src/model/problem.ts';
import { UTC } from '../../src/model/time.ts';
import { readTestFiles } from '../../src/rules/test-file/read-test-files.ts';
import type { RuleTest } from '../../src/rules/test-file/rule-test.ts';
import { firstDayOfEvent } from '../../src/rules/test-file/span-test.ts';
import { addBroken, breakRules, expectOfBroken } from './library/break-rules.ts';
import { libraryFolder, readLibraryFiles, readLibraryRuleset } from './library/read-library.ts';
import { startTestEngine, type TestEngine } from './support/engine.ts';

const files = readLibraryFiles(libraryFolder);
const ruleset = readLibraryRuleset(files);
const { tests } = readTestFiles({ files, ruleset, timezone: UTC, sinks: undefined });
const broken = breakRules(ruleset).filter(({ rule }) => rule.stage !== 'draft');

/** Broken so that nobody could tell it from the rule, each with the reason. */
const SAME_AS_WHOLE: ReadonlyMap<string, string> = new Map([
  ['search_grade_b: searches_in_own_code: searches_ever gte 1 is true', 'the rule itself asks for a search'],
]);

/** A state that a test expects of a rule. */
interface ExpectedState {
  readonly rule: string;
  readonly state: string | undefined;
  /** The account in its test: those of two tests are two, whatever they are called. */
  readonly account: string;
  readonly place: string;
  /** Whether the account had done anything by then. */
  readonly isKnown: boolean;
}

const placeOf = ({ file, line, column }: SourcePosition): string => `${file}:${line}:${column}`;

const expected: readonly ExpectedState[] = tests.flatMap((test) =>
  test.expectations.flatMap(({ day, account, checks }) =>
    checks
      .filter((check) => check.kind === 'signal')
      .map(({ rule, state, position }) => ({
        rule,
        state,
        account: `${placeOf(test.position)} ${account}`,
        place: placeOf(position),
        isKnown: hasDone(test, account, day),
      })),
  ),
);

function hasDone(test: RuleTest, account: string, day: string): boolean {
  return test.events.some(
    (event) => event.kind === 'usage' && event.account === account && firstDayOfEvent(event, test) <= day,
  );
}

describe('the tests beside the rules', { timeout: 300_000 }, () => {
  let engine: TestEngine;
  /** Where a test fails, by the name of the broken rule that it fails for. */
  const failing = new Map<string, Set<string>>();
  beforeAll(async () => {
    engine = await startTestEngine();
    const group = { tests: expectOfBroken(tests, broken), prefixUsers: true };
    const store = await engine.openDatabase();
    const run = { store, clock, ruleset: addBroken(ruleset, broken), group, routes: new Map() };
    for (const { failures } of await runTests(run))
      for (const { what, position } of failures) {
        const [name = ''] = what.split(' ');
        failing.set(name, (failing.get(name) ?? new Set()).add(placeOf(position)));
      }
  }, 300_000);
  afterAll(() => engine?.stop());

  /** Expectations of a state that fail when the rule is broken in this way. */
  const noticing = (what: string, state: string) =>
    broken
      .filter((one) => one.what === what)
      .flatMap(({ name, of }) =>
        expected.filter(
          (one) => one.rule === of && one.state === state && failing.get(name)?.has(one.place) === true,
        ),
      );

  it('keep each rule silent and open it, of two accounts that it is about and of which something is known', () => {
    const silent = noticing('always', 'none').filter(({ isKnown }) => isKnown);
    const open = noticing('never', 'open');
    const rules = new Set(broken.map(({ of }) => of));
    for (const one of open)
      if (silent.some((other) => other.rule === one.rule && other.account !== one.account))
        rules.delete(one.rule);
    expect([...rules]).toEqual([]);
  });

  it('notice when any test in a condition is taken as true, or as false', () => {
    const unnoticed = broken.filter(({ name }) => !failing.has(name)).map(({ of, what }) => `${of}: ${what}`);
    expect(unnoticed.filter((one) => !SAME_AS_WHOLE.has(one))).toEqual([]);
  });
});
