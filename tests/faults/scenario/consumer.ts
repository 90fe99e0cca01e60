// A consumer process that is killed, stopped and started again; supervised, it is started again when it ends by
// itself. Touches no process but its own child.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

export interface ConsumerCommand {
  readonly args: readonly string[];
  readonly supervised?: boolean;
}

const SHOWN_OF_A_LOG = 3000;
const RESTART_MILLIS = 200;

export class Consumer {
  readonly #command: ConsumerCommand;
  #child: ChildProcess | undefined;
  #log = '';
  #joined = 0;
  #ends: (number | null)[] = [];

  constructor(command: ConsumerCommand) {
    this.#command = command;
    this.start();
  }

  get isRunning(): boolean {
    return this.#child !== undefined;
  }

  /** How often it has joined the group, in all its lives. */
  get joined(): number {
    return this.#joined;
  }

  /** Exit codes of the lives that nobody ended. */
  get ends(): readonly (number | null)[] {
    return this.#ends;
  }

  get log(): string {
    return this.#log.slice(-SHOWN_OF_A_LOG);
  }

  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** @returns the exit code. */
  stop(): Promise<number | null | undefined> {
    return this.#end('SIGTERM');
  }

  start(): void {
    const child = spawn(process.execPath, this.#command.args, { stdio: ['ignore', 'ignore', 'pipe'] });
    this.#child = child;
    child.stderr?.on('data', (chunk: Buffer) => this.#keep(chunk.toString()));
    // A killer that dies must not leave it behind.
    const end = (): void => void child.kill('SIGKILL');
    process.once('exit', end);
    child.once('exit', (code) => {
      process.removeListener('exit', end);
      if (this.#child !== child) return;
      this.#child = undefined;
      this.#ends.push(code);
      if (this.#command.supervised === true)
        setTimeout(() => this.#child === undefined && this.start(), RESTART_MILLIS);
    });
  }

  #keep(text: string): void {
    this.#joined += text.split('joined the group').length - 1;
    this.#log = (this.#log + text).slice(-10 * SHOWN_OF_A_LOG);
  }

  async #end(signal: NodeJS.Signals): Promise<number | null | undefined> {
    const child = this.#child;
    if (child === undefined) return undefined;
    this.#child = undefined;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
    return child.exitCode;
  }
}
