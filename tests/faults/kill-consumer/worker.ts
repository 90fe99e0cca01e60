// A consumer process that is killed and started again. Touches no process but its own child.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

export interface WorkerCommand {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

const SHOWN_OF_A_LOG = 1500;

export class Worker {
  readonly #command: WorkerCommand;
  #child: ChildProcess;
  #log = '';

  constructor(command: WorkerCommand) {
    this.#command = command;
    this.#child = this.#start();
  }

  get log(): string {
    return this.#log.slice(-SHOWN_OF_A_LOG);
  }

  /** @throws Error when it has ended by itself, which is no part of the plan. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child.exitCode !== null) throw new Error(`a consumer ended with ${child.exitCode}: ${this.log}`);
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }

  restart(): void {
    this.#child = this.#start();
  }

  #start(): ChildProcess {
    const { program, args, env, cwd } = this.#command;
    const child = spawn(program, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const keep = (chunk: Buffer): void => {
      this.#log = (this.#log + chunk.toString()).slice(-10 * SHOWN_OF_A_LOG);
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    // A killer that dies must not leave it behind.
    const end = (): void => void child.kill('SIGKILL');
    process.once('exit', end);
    child.once('exit', () => process.removeListener('exit', end));
    return child;
  }
}
