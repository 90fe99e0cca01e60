// What a command gets from the process that runs it, and how it says that it failed.
import type { Command } from 'commander';

export interface CliContext {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly workingDirectory: string;
  /** This program, such as node and bin/tidemark, to start the engine with. */
  readonly program: readonly string[];
}

/** A failure that is told in one line; everything else is a fault of ours. */
export class CliFailure extends Error {
  override readonly name = 'CliFailure';
  readonly exitCode: number;

  constructor(message: string, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

export interface ProjectFlags {
  readonly config?: string;
  readonly data?: string;
}

export const withProjectFlags = (command: Command): Command =>
  command
    .option('--config <file>', 'the configuration; default ./tidemark.yaml, which need not be there')
    .option('--data <dir>', 'where the embedded engine keeps its data; default "data" of the configuration');

/** Options for `withProject` and `loadSettings`. */
export function projectOptions({ environment, workingDirectory, program }: CliContext, flags: ProjectFlags) {
  return {
    flags: { config: flags.config, data: flags.data },
    environment,
    workingDirectory,
    engineCommand: (dataDir: string): readonly string[] => [...program, 'engine', '--data', dataDir],
  };
}

/** Beside a result on stdout, which scripts read. */
export const noteOnStderr = (notice: string): void => void process.stderr.write(`tidemark: ${notice}\n`);
