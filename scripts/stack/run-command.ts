// Runs one command to its end and says plainly when it is missing or fails. Prints nothing itself.
import { spawnSync } from 'node:child_process';

export interface CommandResult {
  /** Undefined when there is no such command. */
  readonly status: number | null | undefined;
  readonly output: string;
}

export function runCommand(command: string, args: readonly string[]): CommandResult {
  const run = spawnSync(command, args, {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (run.error !== undefined && 'code' in run.error && run.error.code === 'ENOENT') {
    return { status: undefined, output: '' };
  }
  return { status: run.status, output: `${run.stdout}${run.stderr}` };
}

/** @throws Error with the end of the output unless the command ends with 0. */
export function runOrThrow(command: string, args: readonly string[], purpose: string): string {
  const { status, output } = runCommand(command, args);
  if (status === 0) return output;
  const how = status === undefined ? `there is no command "${command}"` : `${command} ended with ${status}`;
  throw new Error(`${purpose} failed: ${how}\n${output.slice(-2000)}`);
}

/** Installs Debian packages when this is Debian and we are root, else says what to do. */
export function installPackage(name: string, purpose: string): void {
  const manually = `${purpose} needs the package "${name}"; install it (Debian: apt-get install ${name})`;
  if (process.platform !== 'linux') throw new Error(`${manually}; only on Linux is it done for you`);
  if (runCommand('apt-get', ['--version']).status !== 0) throw new Error(`${manually}; here is no apt-get`);
  if (process.getuid?.() !== 0) throw new Error(`${manually}; only root can do it`);
  const install = ['install', '-y', '--no-install-recommends', name];
  if (runCommand('apt-get', install).status === 0) return;
  runOrThrow('apt-get', ['update'], 'apt-get update');
  runOrThrow('apt-get', install, `installing ${name}`);
}
