// One server started by us: its process, its directory, its end. Never touches a process that it did not start.
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface RunningService {
  /** `host:port`. */
  readonly address: string;
  /** For tests of crashes. */
  readonly pid: number;
  /** Ends the process and removes its data. May be called more than once. */
  stop(): Promise<void>;
}

export interface ServiceCommand {
  readonly name: string;
  readonly address: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Holds the service's data and its `output.log`; removed by `stop`. */
  readonly directory: string;
  /** True once it answers; may throw while it does not. */
  readonly isReady: () => Promise<boolean>;
  readonly readyWithinMillis: number;
}

const STOP_WITHIN_MILLIS = 15_000;

export const makeServiceDirectory = (name: string): string =>
  mkdtempSync(join(tmpdir(), `tidemark-${name}-`));

/** Resolves when the service answers. Rejects with the end of its output when it ends or stays silent. */
export async function startService(service: ServiceCommand): Promise<RunningService> {
  const logFile = join(service.directory, 'output.log');
  const log = openSync(logFile, 'a');
  const child = spawn(service.command, service.args, { stdio: ['ignore', log, log], cwd: service.directory });
  closeSync(log);
  // A parent that ends without stopping must not leave a server behind.
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  const stop = async (): Promise<void> => {
    await end(child);
    process.removeListener('exit', kill);
    rmSync(service.directory, { recursive: true, force: true });
  };
  try {
    await waitUntilReady(child, service);
  } catch (error) {
    const output = readFileSync(logFile, 'utf8').slice(-2000);
    await stop();
    throw new Error(`${service.name} did not start: ${String(error)}\n${output}`);
  }
  return { address: service.address, pid: child.pid ?? 0, stop };
}

async function waitUntilReady(child: ChildProcess, service: ServiceCommand): Promise<void> {
  let fault: string | undefined;
  child.once('error', (error) => {
    fault = error.message;
  });
  child.once('exit', (code, signal) => {
    fault = `it ended with ${signal ?? `code ${code}`}`;
  });
  const deadline = Date.now() + service.readyWithinMillis;
  while (Date.now() < deadline) {
    if (await service.isReady().catch(() => false)) return;
    if (fault !== undefined) throw new Error(fault);
    await sleep(100);
  }
  throw new Error(`it did not answer within ${service.readyWithinMillis / 1000} s`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MILLIS);
  await ended;
  clearTimeout(timer);
}
