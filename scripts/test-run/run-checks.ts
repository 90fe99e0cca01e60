// The static checks: all of them run even when one fails, and each counts as one.
import { runChild } from './run-child.ts';
import type { Tally } from './stage-result.ts';

/** Names of npm scripts `check:…`. */
const CHECKS = ['types', 'lint', 'layering', 'dead-code'] as const;
const LIMIT_SECONDS = 300;

export async function runChecks(print: (line: string) => void): Promise<Tally> {
  const failures: string[] = [];
  for (const check of CHECKS) {
    const startedAt = performance.now();
    const args = ['run', '--silent', `check:${check}`];
    const end = await runChild({ command: 'npm', args, limitSeconds: LIMIT_SECONDS, capture: true });
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    print(`  ${end.ok ? 'ok    ' : 'FAILED'}  ${check.padEnd(10)} ${seconds.padStart(6)} s`);
    if (end.ok) continue;
    print(end.output.trimEnd());
    failures.push(`${check}: ${end.how}`);
  }
  const failed = failures.length;
  return { passed: CHECKS.length - failed, failed, skipped: 0, failures };
}
