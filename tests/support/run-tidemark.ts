// Runs the bundled command line as people do, in a process of its own.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Once per test file, so that the bundle is that of the sources. */
export function bundle(): void {
  execFileSync(process.execPath, ['scripts/bundle.mjs'], { cwd: root });
}

export interface RunOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Servers of the surroundings are not used unless `env` names them. */
export function spawnTidemark(args: readonly string[], { cwd, env = {} }: RunOptions): ChildProcess {
  const { CLICKHOUSE_URL, KAFKA_BROKERS, REDIS_URL, TIDEMARK_PREFIX, DEBUG, ...inherited } = process.env;
  return spawn(process.execPath, [`${root}/bin/tidemark`, ...args], {
    cwd,
    env: { ...inherited, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

export async function runTidemark(args: readonly string[], options: RunOptions): Promise<Ran> {
  const child = spawnTidemark(args, options);
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  await once(child, 'close');
  return { code: child.exitCode, stdout, stderr };
}
