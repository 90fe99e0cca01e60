// Runs Tidemark's own command line for the demo, as a person would.
import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { fileURLToPath } from 'node:url';

const BIN = fileURLToPath(new URL('../../bin/tidemark', import.meta.url));

export interface DemoProject {
  readonly config: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Where the log of `up` goes. */
  readonly logFile: string;
}

/** One command to its end, its output shown. Rejects when it fails. */
export function runCommand(project: DemoProject, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [BIN, ...args, '--config', project.config], {
      env: project.environment,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    child.once('error', reject);
    child.once('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`tidemark ${args.slice(0, 2).join(' ')} ended with ${code}`)),
    );
  });
}

export interface RunningUp {
  readonly address: string;
  /** Rejects when it ends by itself. */
  readonly ended: Promise<never>;
  stop(): Promise<void>;
}

/** `tidemark up`, its log in a file; resolves with its address once it listens. */
export async function startUp(project: DemoProject): Promise<RunningUp> {
  const child = spawn(process.execPath, [BIN, 'up', '--deliver-open', '--config', project.config], {
    env: { ...project.environment, LOG_FORMAT: 'text' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log = createWriteStream(project.logFile);
  child.stderr.pipe(log);
  const ended = new Promise<never>((_, reject) => {
    child.once('exit', (code) => reject(new Error(`tidemark up ended with ${code}; see ${project.logFile}`)));
  });
  ended.catch(() => undefined);
  return { address: await Promise.race([readAddress(child), ended]), ended, stop: () => stop(child) };
}

function readAddress(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const address = /Tidemark is up: (\S+)/.exec(text)?.[1];
      if (address !== undefined) resolve(address);
    });
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await gone;
}
