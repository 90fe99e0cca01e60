import { describe, expect, it } from 'vitest';
import type { StageResult } from '../../../scripts/test-run/stage-result.ts';
import { summariseStages } from '../../../scripts/test-run/summarise-stages.ts';

const aStage = (over: Partial<StageResult> = {}): StageResult => ({
  name: 'unit',
  passed: 5,
  failed: 0,
  skipped: 0,
  failures: [],
  seconds: 1.25,
  ...over,
});
const lastLine = (text: string): string | undefined => text.split('\n').at(-1);

describe('the end of make test', () => {
  it('adds the stages up and is 0 when nothing failed', () => {
    const { text, exitCode } = summariseStages([aStage(), aStage({ name: 'checks', passed: 4 })]);
    expect(lastLine(text)).toBe('9 passed, 0 failed');
    expect(exitCode).toBe(0);
    expect(text).not.toContain('Failed:');
  });

  it('is 1 when one test failed, and names it', () => {
    const failing = aStage({ name: 'browser', passed: 2, failed: 1, failures: ['page.test.ts: shows'] });
    const { text, exitCode } = summariseStages([aStage(), failing, aStage()]);
    expect(lastLine(text)).toBe('12 passed, 1 failed');
    expect(exitCode).toBe(1);
    expect(text).toContain('  browser: page.test.ts: shows');
  });

  it('tells of skipped tests only where there are some', () => {
    const { text } = summariseStages([aStage({ skipped: 2 }), aStage({ skipped: 1 })]);
    expect(lastLine(text)).toBe('10 passed, 0 failed, 3 skipped');
  });

  it('is a failure when nothing ran or nothing passed', () => {
    expect(summariseStages([])).toMatchObject({ exitCode: 1 });
    const { text, exitCode } = summariseStages([aStage({ passed: 0 })]);
    expect(lastLine(text)).toBe('0 passed, 1 failed');
    expect(exitCode).toBe(1);
  });

  it('shows the seconds of each stage and of all', () => {
    const { text } = summariseStages([aStage({ seconds: 1.24 }), aStage({ seconds: 62 })]);
    expect(text).toMatch(/unit +5 +0 +0 +1\.2\n/);
    expect(text).toMatch(/ 63\.2\n/);
  });
});
