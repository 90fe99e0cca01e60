// The rules that ship: each with a source and tested at each severity, the tests passing on the real evaluator; and the
// page that lists them says what the files say. That each opens in one test and stays silent in another:
// library-tests.test.ts.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UTC } from '../../src/model/time.ts';
import { readTestFiles } from '../../src/rules/test-file/read-test-files.ts';
import { bundle, type Ran, runTidemark } from '../support/run-tidemark.ts';
import { libraryFolder, readLibrary, readLibraryFiles, readLibraryRuleset } from './library/read-library.ts';
import { writeLibraryPage } from './library/write-library-page.ts';

const pagePath = fileURLToPath(new URL('../../docs/library.md', import.meta.url));
const files = readLibraryFiles(libraryFolder);
const entries = readLibrary(files);
const ruleset = readLibraryRuleset(files);
const tested = readTestFiles({ files, ruleset, timezone: UTC, sinks: undefined });
const signals = tested.tests.flatMap(({ expectations }) =>
  expectations.flatMap(({ checks }) => checks.filter((check) => check.kind === 'signal')),
);
const rules = entries.filter(({ section }) => section === 'rules');

describe('the rule library', () => {
  it('has at least forty rules, four scores and a grade, each of its files with tests', () => {
    expect(rules.length).toBeGreaterThanOrEqual(40);
    expect(entries.filter(({ section }) => section === 'scores').length).toBeGreaterThanOrEqual(4);
    expect(entries.filter(({ section }) => section === 'grades').length).toBeGreaterThanOrEqual(1);
    const withTests = [...new Set(rules.map(({ file }) => file.replace('.yaml', '.test.yaml')))];
    expect(withTests.filter((name) => files[name] === undefined)).toEqual([]);
  });

  it('is read as it is evaluated', () => {
    expect(rules.map(({ name }) => name).sort()).toEqual([...ruleset.rules.keys()].sort());
  });

  it('says of every rule, score and grade what it is and who published it', () => {
    expect(entries.filter(({ line, source }) => line === '' || !source).map(({ name }) => name)).toEqual([]);
  });

  it('has tests without a mistake', () => {
    expect(tested.problems).toEqual([]);
    expect(tested.tests.length).toBeGreaterThanOrEqual(50);
  });

  it('is tested at every severity that a condition decides', () => {
    const reached = new Set(signals.map(({ rule, severity }) => `${rule} ${severity}`));
    const levels = [...ruleset.rules.values()].flatMap(({ name, severity }) =>
      severity.flatMap((level) => (level.when.kind === 'constant' ? [] : `${name} ${level.severity}`)),
    );
    expect(levels.length).toBeGreaterThan(0);
    expect(levels.filter((level) => !reached.has(level))).toEqual([]);
  });

  it('stands in docs/library.md as its files have it', async () => {
    const page = await readFile(pagePath, 'utf8');
    await expect(writeLibraryPage(page, entries)).toMatchFileSnapshot(pagePath);
  });
});

describe('the tests beside the rules', () => {
  let cwd: string;
  let ran: Ran;
  beforeAll(async () => {
    bundle();
    cwd = await mkdtemp(join(tmpdir(), 'tidemark-library-'));
    ran = await runTidemark(['rules', 'test', libraryFolder, '--format', 'junit'], { cwd });
  });
  afterAll(() => rm(cwd, { recursive: true, force: true }));

  it('pass on the real evaluator, every one', () => {
    expect(ran.stderr).toBe('');
    const failures = ran.stdout.match(/<failure[\s\S]*?<\/failure>/g) ?? [];
    expect(failures).toEqual([]);
    expect(ran.stdout.match(/<testcase /g)?.length).toBe(tested.tests.length);
    expect(ran.code).toBe(0);
  });
});
