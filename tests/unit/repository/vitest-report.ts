// Builds reports as vitest's JSON reporter writes them.

interface ReportedFile {
  readonly name?: string;
  readonly status?: 'passed' | 'failed';
  readonly message?: string;
  /** Status of each of its tests. */
  readonly tests: readonly ('passed' | 'failed' | 'skipped' | 'todo')[];
}

export const aReport = (...files: readonly ReportedFile[]): string =>
  JSON.stringify({
    testResults: files.map(({ name = 'tests/unit/a.test.ts', message, tests, status }) => ({
      name,
      status: status ?? (tests.includes('failed') ? 'failed' : 'passed'),
      message: message ?? '',
      assertionResults: tests.map((each, index) => ({ fullName: `test ${index + 1}`, status: each })),
    })),
  });
