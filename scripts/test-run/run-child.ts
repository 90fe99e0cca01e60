// Runs one command to its end in a process group of its own, so that what it started ends with it: at its time
// limit, and when this process is told to stop.
import { type ChildProcess, spawn } from 'node:child_process';

export interface ChildOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly limitSeconds: number;
  /** Keep its output instead of printing it as it comes. */
  readonly capture: boolean;
}

export interface ChildEnd {
  readonly ok: boolean;
  /** For people, such as "it ended with code 1". */
  readonly how: string;
  /** Empty unless captured. */
  readonly output: string;
}

const KILL_AFTER_MS = 10_000;

export function runChild({
  command,
  args,
  environment,
  limitSeconds,
  capture,
}: ChildOptions): Promise<ChildEnd> {
  const printed = capture ? 'pipe' : 'inherit';
  const env = { ...process.env, ...environment };
  const child = spawn(command, args, { stdio: ['ignore', printed, printed], detached: true, env });
  const output: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => output.push(chunk));
  let overLimit = false;
  const limit = setTimeout(() => {
    overLimit = true;
    endGroup(child);
  }, limitSeconds * 1000);
  const forgetSignals = endWithUs(child);
  return new Promise((resolve) => {
    const settle = (ok: boolean, how: string): void => {
      clearTimeout(limit);
      forgetSignals();
      resolve({ ok, how, output: Buffer.concat(output).toString('utf8') });
    };
    child.once('error', (error) => settle(false, `${command} could not be started: ${error.message}`));
    child.once('close', (code, signal) => {
      if (overLimit) settle(false, `it was ended at its limit of ${limitSeconds} s`);
      else settle(code === 0, `it ended with ${code === null ? signal : `code ${code}`}`);
    });
  });
}

function endGroup(child: ChildProcess): void {
  signalGroup(child, 'SIGTERM');
  setTimeout(() => signalGroup(child, 'SIGKILL'), KILL_AFTER_MS).unref();
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // The whole group has gone already.
  }
}

/** Returns what undoes it. */
function endWithUs(child: ChildProcess): () => void {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const stop = (): void => {
    endGroup(child);
    child.once('close', () => process.exit(130));
  };
  for (const signal of signals) process.once(signal, stop);
  return () => {
    for (const signal of signals) process.off(signal, stop);
  };
}
