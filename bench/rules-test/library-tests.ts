// The tests beside the shipped rules, as many as are wanted, each closed for so many days at the least.
import { parse, stringify } from 'yaml';
import { addDays, type Day } from '../../src/model/time.ts';
import type { RuleFiles } from '../../src/rules/ruleset.ts';
import type { RuleTest } from '../../src/rules/test-file/rule-test.ts';
import { firstDayOf, lastDayOf } from '../../src/rules/test-file/span-test.ts';

interface WrittenTest {
  readonly name: string;
  readonly expect: readonly unknown[];
}

export interface StretchTests {
  /** Those of the library, by name. */
  readonly files: RuleFiles;
  /** The same, read. */
  readonly read: readonly RuleTest[];
  readonly tests: number;
  readonly days: number;
}

/** Test files by name. Where the library has fewer tests, the first ones come again, in the files that they are of. */
export function stretchLibraryTests({ files, read, tests, days }: StretchTests): RuleFiles {
  const stretched = read.map((test) => ({ file: test.position.file, written: stretch(test, files, days) }));
  const all = Array.from({ length: tests }, (_, index) => {
    const { file, written } = stretched[index % stretched.length] ?? raise('the library has no tests');
    return { file, written: { ...written, name: `${written.name} (${index})` } };
  });
  const names = [...new Set(all.map(({ file }) => file))];
  return Object.fromEntries(
    names.map((name) => {
      const own = all.filter(({ file }) => file === name).map(({ written }) => written);
      return [name, stringify({ tests: own })];
    }),
  );
}

/** What is expected of the last day holds of every account. */
function stretch(test: RuleTest, files: RuleFiles, days: number): WrittenTest {
  const { tests }: { tests: readonly WrittenTest[] } = parse(files[test.position.file] ?? '');
  const written = tests.find(({ name }) => name === test.name) ?? raise(`${test.name} is not in its file`);
  const last: Day = addDays(firstDayOf(test), days - 1);
  if (lastDayOf(test) >= last) return written;
  const [account] = test.accounts.keys();
  return { ...written, expect: [...written.expect, { day: last, account, 'account.age_days': { gte: 0 } }] };
}

function raise(message: string): never {
  throw new Error(message);
}
