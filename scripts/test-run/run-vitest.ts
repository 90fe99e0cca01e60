// One project of vitest.config.ts: its output as it comes, its numbers from its JSON report.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readVitestReport } from './read-vitest-report.ts';
import { runChild } from './run-child.ts';
import type { Tally } from './stage-result.ts';

export interface VitestRun {
  readonly project: 'unit' | 'integration' | 'alone' | 'browser';
  readonly environment?: Readonly<Record<string, string>>;
  readonly limitSeconds: number;
}

export async function runVitest({ project, environment, limitSeconds }: VitestRun): Promise<Tally> {
  const directory = mkdtempSync(join(tmpdir(), 'tidemark-report-'));
  const report = join(directory, `${project}.json`);
  try {
    const end = await runChild({
      command: process.execPath,
      args: [
        'node_modules/vitest/vitest.mjs',
        'run',
        ...['--project', project],
        ...['--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
      ],
      ...(environment === undefined ? {} : { environment }),
      limitSeconds,
      capture: false,
    });
    const here = `${process.cwd()}/`;
    return readVitestReport(readIfThere(report)?.replaceAll(here, ''), end);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
