// `tidemark engine`: the embedded ClickHouse as a process of its own. Other commands start it when they need it.
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { type CliContext, CliFailure } from './context.ts';

export function addEngineCommand(root: Command, context: CliContext): void {
  root
    .command('engine')
    .description('serve the embedded ClickHouse on a data directory (other commands do this by themselves)')
    .requiredOption('--data <dir>', 'the data directory')
    .option('--idle <seconds>', 'end so long after the last user has gone; 0 never', '10')
    .action(async ({ data, idle }: { readonly data: string; readonly idle: string }) => {
      const seconds = Number(idle);
      if (!(seconds >= 0)) throw new CliFailure(`--idle ${idle}: write a number of seconds`, 2);
      const { runEngine } = await import('../app/run-engine.ts');
      process.exitCode = await runEngine({
        dataDir: resolve(context.workingDirectory, data),
        idleSeconds: seconds === 0 ? Number.POSITIVE_INFINITY : seconds,
        onReady: ({ url, readerUrl }) =>
          process.stdout.write(`the engine serves ${data} on ${url}, read-only on ${readerUrl}\n`),
      });
    });
}
