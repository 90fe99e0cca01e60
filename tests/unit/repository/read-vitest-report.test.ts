import { describe, expect, it } from 'vitest';
import { readVitestReport } from '../../../scripts/test-run/read-vitest-report.ts';
import { aReport } from './vitest-report.ts';

const well = { ok: true, how: 'it ended with code 0' };
const badly = { ok: false, how: 'it ended with code 1' };

describe('the count of one run of vitest', () => {
  it('is of its tests when all pass', () => {
    const report = aReport({ tests: ['passed', 'passed'] }, { tests: ['passed'] });
    expect(readVitestReport(report, well)).toEqual({ passed: 3, failed: 0, skipped: 0, failures: [] });
  });

  it('names the tests that failed, and counts skipped ones and those still to be written apart', () => {
    const report = aReport({ tests: ['passed', 'failed', 'skipped', 'todo'] });
    expect(readVitestReport(report, badly)).toEqual({
      passed: 1,
      failed: 1,
      skipped: 2,
      failures: ['tests/unit/a.test.ts: test 2'],
    });
  });

  it('has a failure for a file that could not be loaded', () => {
    const report = aReport(
      { tests: ['passed'] },
      {
        name: 'tests/unit/b.test.ts',
        status: 'failed',
        message: "Cannot find module './x'\nat b",
        tests: [],
      },
    );
    expect(readVitestReport(report, badly)).toMatchObject({
      passed: 1,
      failed: 1,
      failures: ["tests/unit/b.test.ts: Cannot find module './x'"],
    });
  });

  it('has a failure for a file whose service was missing, so that its tests never ran', () => {
    const report = aReport({ status: 'failed', message: 'no Kafka', tests: ['skipped', 'skipped'] });
    expect(readVitestReport(report, badly)).toMatchObject({ passed: 0, failed: 1, skipped: 2 });
  });

  it('has a failure when vitest fails though no test did', () => {
    expect(readVitestReport(aReport({ tests: ['passed'] }), badly)).toMatchObject({ passed: 1, failed: 1 });
  });

  it('has a failure when no test ran', () => {
    expect(readVitestReport(aReport(), well)).toMatchObject({ failed: 1, failures: ['no test ran'] });
    expect(readVitestReport(aReport({ tests: ['skipped'] }), well)).toMatchObject({ failed: 1, skipped: 1 });
  });

  it.each([undefined, '', '{"testResults":', '{}', 'null'])('has a failure when the report is %j', (text) => {
    expect(readVitestReport(text, well)).toMatchObject({ passed: 0, failed: 1 });
  });
});
