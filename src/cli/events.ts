// `tidemark events import`: brings files of past events in.
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { type CliContext, type ProjectFlags, projectOptions, withProjectFlags } from './context.ts';

export function addEventsCommand(root: Command, context: CliContext): void {
  const events = root.command('events').description('bring events in');
  withProjectFlags(events.command('import'))
    .description('import files of events, one JSON object a line, gzip or not')
    .argument('<file...>', 'NDJSON, canonical or Segment messages')
    .action((files: string[], flags: ProjectFlags) => importFiles(context, files, flags));
}

async function importFiles(
  context: CliContext,
  names: readonly string[],
  flags: ProjectFlags,
): Promise<void> {
  const { withProject } = await import('../app/open-project.ts');
  const { importEvents } = await import('../app/import-events.ts');
  const { startProgress, duration } = await import('./progress.ts');
  const files = names.map((name) => resolve(context.workingDirectory, name));
  await withProject(projectOptions(context, flags), async ({ store, clock }) => {
    const startedAt = Date.now();
    let progress: ReturnType<typeof startProgress> | undefined;
    const interrupted = onInterrupt(() => progress?.stop());
    try {
      const totals = await importEvents({
        store,
        clock,
        files,
        onProgress: ({ bytesRead, bytesTotal, events, rejected }) => {
          progress ??= startProgress('importing', bytesTotal);
          const rate = Math.round((events + rejected) / Math.max(0.001, (Date.now() - startedAt) / 1000));
          progress.update(bytesRead, `${count(events)} events, ${count(rate)} a second`);
        },
      });
      progress?.stop();
      const took = duration(Math.round((Date.now() - startedAt) / 1000));
      const { lines, events, rejected } = totals;
      process.stdout.write(
        `${count(lines)} read, ${count(events)} stored, ${count(rejected)} dead-lettered in ${took}\n`,
      );
      if (rejected > 0) {
        process.stderr.write(
          'Why: tidemark sql "SELECT reason, count() FROM dead_letters GROUP BY reason"\n',
        );
      }
    } finally {
      progress?.stop();
      interrupted.dispose();
    }
  });
}

const count = (value: number): string => value.toLocaleString('en');

/** Nothing needs to be finished first: run again, the import ends with the same rows. */
function onInterrupt(clean: () => void): { dispose(): void } {
  const stop = (): void => {
    clean();
    process.stderr.write('tidemark: the import was interrupted; run the same command again to finish it\n');
    process.exit(130);
  };
  process.once('SIGINT', stop);
  return { dispose: () => void process.off('SIGINT', stop) };
}
