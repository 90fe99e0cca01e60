// Counts one run of vitest from its JSON report. Whatever leaves a doubt counts as a failure: a stage that ran no
// test, crashed, or failed outside of its tests must never look like a pass.
import type { Tally } from './stage-result.ts';

interface VitestReport {
  readonly testResults: readonly VitestFile[];
}

interface VitestFile {
  readonly name: string;
  readonly status: string;
  readonly message?: string;
  readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
}

/**
 * @param text the report; undefined when vitest left none.
 * @param ended how the process ended; `ok` is exit code 0.
 */
export function readVitestReport(
  text: string | undefined,
  ended: { readonly ok: boolean; readonly how: string },
): Tally {
  const report = parseReport(text);
  if (report === undefined) return doubt(`vitest left no report: ${ended.how}`);
  const tests = report.testResults.flatMap((file) => file.assertionResults);
  const countOf = (status: string): number => tests.filter((test) => test.status === status).length;
  const failures = report.testResults.flatMap(failuresOf);
  const [passed, failed] = [countOf('passed'), failures.length];
  const tally = { passed, failed, skipped: tests.length - passed - countOf('failed'), failures };
  if (failed > 0) return tally;
  if (!ended.ok) return plus(tally, `${ended.how}, though no test failed: see the errors above`);
  return passed === 0 ? plus(tally, 'no test ran') : tally;
}

function parseReport(text: string | undefined): VitestReport | undefined {
  try {
    const report = JSON.parse(text ?? '');
    return Array.isArray(report?.testResults) ? report : undefined;
  } catch {
    return undefined;
  }
}

/** A file that fails without a failed test, such as at an import or in a beforeAll, is one failure. */
function failuresOf(file: VitestFile): readonly string[] {
  const tests = file.assertionResults.filter((test) => test.status === 'failed');
  if (tests.length > 0) return tests.map((test) => `${file.name}: ${test.fullName}`);
  return file.status === 'failed' ? [`${file.name}: ${file.message?.split('\n', 1)[0] ?? 'failed'}`] : [];
}

const doubt = (what: string): Tally => plus({ passed: 0, failed: 0, skipped: 0, failures: [] }, what);

const plus = (tally: Tally, failure: string): Tally => ({
  ...tally,
  failed: tally.failed + 1,
  failures: [...tally.failures, failure],
});
