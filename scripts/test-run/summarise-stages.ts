// The end of `make test`: what failed, a table of the stages, and the line that scripts read. Pure.
import type { StageResult } from './stage-result.ts';

export interface Summary {
  /** Ends with the line `N passed, N failed`, or `N passed, N failed, N skipped`; no line break after it. */
  readonly text: string;
  readonly exitCode: 0 | 1;
}

const MOST_FAILURES = 100;

/** A run of no stages, or one in which nothing passed, is a failure too. */
export function summariseStages(stages: readonly StageResult[]): Summary {
  const sum = (key: 'passed' | 'failed' | 'skipped'): number =>
    stages.reduce((total, stage) => total + stage[key], 0);
  const [passed, skipped] = [sum('passed'), sum('skipped')];
  const failed = sum('failed') === 0 && passed === 0 ? 1 : sum('failed');
  const last = `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
  const parts = [listFailures(stages), tabulate(stages), last].filter((part) => part !== '');
  return { text: parts.join('\n\n'), exitCode: failed === 0 ? 0 : 1 };
}

function listFailures(stages: readonly StageResult[]): string {
  const lines = stages.flatMap(({ name, failures }) => failures.map((failure) => `  ${name}: ${failure}`));
  if (lines.length === 0) return '';
  const more = lines.length > MOST_FAILURES ? [`  … and ${lines.length - MOST_FAILURES} more`] : [];
  return ['Failed:', ...lines.slice(0, MOST_FAILURES), ...more].join('\n');
}

function tabulate(stages: readonly StageResult[]): string {
  const rows = stages.map(({ name, passed, failed, skipped, seconds }) => [
    name,
    String(passed),
    String(failed),
    String(skipped),
    seconds.toFixed(1),
  ]);
  const total = stages.reduce((sum, stage) => sum + stage.seconds, 0).toFixed(1);
  return [['stage', 'passed', 'failed', 'skipped', 'seconds'], ...rows, ['', '', '', '', total]]
    .map(([name = '', ...numbers]) => [name.padEnd(14), ...numbers.map((text) => text.padStart(9))].join(''))
    .join('\n');
}
