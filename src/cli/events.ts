// `tidemark events import`: brings files of past events in.
import { relative, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import type { ImportEventsOptions } from '../app/import-events.ts';
import {
  type CliContext,
  CliFailure,
  type ProjectFlags,
  projectOptions,
  withProjectFlags,
} from './context.ts';
import type { Progress } from './progress.ts';

const FORMATS = ['auto', 'canonical', 'segment', 'posthog', 'mixpanel', 'csv'] as const;

type ReadAs = NonNullable<ImportEventsOptions['readAs']>;

interface ImportFlags extends ProjectFlags {
  readonly format: (typeof FORMATS)[number];
  readonly map?: string;
  readonly accountProperty?: string;
  readonly timezone?: string;
  readonly again?: boolean;
}

export function addEventsCommand(root: Command, context: CliContext): void {
  const events = root.command('events').description('bring events in');
  withProjectFlags(events.command('import'))
    .description('import files of past events, gzip or not; broken off, the same command goes on')
    .argument(
      '<file...>',
      'canonical, Segment, PostHog or Mixpanel events, one JSON object a line or one array; or CSV',
    )
    .addOption(new Option('--format <format>', 'of the files').choices(FORMATS).default('auto'))
    .option('--map <file>', 'YAML that says what the columns of CSV mean')
    .option('--account-property <name>', 'Mixpanel: the property with the account; default company_id')
    .option('--timezone <zone>', 'Mixpanel: of the project; UTC when it was made since 2023')
    .option('--again', 'import also what was imported before; it ends with the same rows')
    .action((files: string[], flags: ImportFlags) => importFiles(context, files, flags));
}

async function importFiles(context: CliContext, names: readonly string[], flags: ImportFlags): Promise<void> {
  const { withProject } = await import('../app/open-project.ts');
  const { importEvents } = await import('../app/import-events.ts');
  const readAs = await readFlags(context, flags);
  const files = names.map((name) => resolve(context.workingDirectory, name));
  const shown = await startDisplay(context.workingDirectory);
  await withProject(projectOptions(context, flags), async ({ store, clock }) => {
    const interrupted = onInterrupt(shown.stop);
    try {
      const totals = await importEvents({ store, clock, files, readAs, again: flags.again, ...shown });
      shown.stop();
      shown.summarise(totals);
    } finally {
      shown.stop();
      interrupted.dispose();
    }
  });
}

/** Mistakes of flags are told before anything is opened. */
async function readFlags(
  { workingDirectory }: CliContext,
  { format, map, accountProperty, timezone }: ImportFlags,
): Promise<ReadAs> {
  if (map !== undefined && format !== 'auto' && format !== 'csv')
    throw new CliFailure(`--map is for CSV; leave it out with --format ${format}`, 2);
  const { loadMapping } = await import('../app/mapping/read-mapping.ts');
  const { parseTimeZone } = await import('../model/time.ts');
  const zoneOf = (name: string) => {
    try {
      return parseTimeZone(name);
    } catch {
      throw new CliFailure(`--timezone ${name}: no such zone; write its IANA name, such as Europe/Berlin`, 2);
    }
  };
  return {
    format,
    accountProperty,
    mapping:
      map === undefined ? undefined : await loadMapping(resolve(workingDirectory, map), workingDirectory),
    timezone: timezone === undefined ? undefined : zoneOf(timezone),
  };
}

interface Counted {
  readonly bytesRead: number;
  readonly bytesTotal: number;
  readonly events: number;
  readonly rejected: number;
}

/** What a person sees of an import, from its first batch to the line at the end. */
async function startDisplay(workingDirectory: string) {
  const { startProgress, duration, bytesOf } = await import('./progress.ts');
  const startedAt = Date.now();
  let progress: Progress | undefined;
  const stop = (): void => {
    progress?.stop();
    progress = undefined;
  };
  return {
    stop,
    onProgress: ({ bytesRead, bytesTotal, events, rejected }: Counted): void => {
      progress ??= startProgress('importing', bytesTotal);
      const seconds = Math.max(0.001, (Date.now() - startedAt) / 1000);
      const rate = count(Math.round((events + rejected) / seconds));
      progress.update(bytesRead, `${bytesOf(bytesRead, bytesTotal)}  ${rate} events/s`);
    },
    onResumed: (
      file: string,
      { records, done }: { readonly records: number; readonly done: boolean },
    ): void => {
      stop();
      const name = relative(workingDirectory, file);
      process.stderr.write(
        done
          ? `${name} was imported before, to its end (${count(records)} lines); --again imports it again\n`
          : `${name}: ${count(records)} lines were imported before; going on behind them\n`,
      );
    },
    summarise: ({ lines, events, rejected, skipped }: Totals): void => {
      const took = duration(Math.round((Date.now() - startedAt) / 1000));
      const before = skipped === 0 ? '' : `, ${count(skipped)} skipped as they were imported before,`;
      process.stdout.write(
        `${count(lines)} read, ${count(events)} stored, ${count(rejected)} dead-lettered${before} in ${took}\n`,
      );
      if (rejected === 0) return;
      process.stderr.write('Why: tidemark dead-letters list --source import\n');
    },
  };
}

interface Totals {
  readonly lines: number;
  readonly events: number;
  readonly rejected: number;
  readonly skipped: number;
}

const count = (value: number): string => value.toLocaleString('en');

/** Nothing needs to be finished first: run again, the import goes on and ends with the same rows. */
function onInterrupt(clean: () => void): { dispose(): void } {
  const stop = (): void => {
    clean();
    process.stderr.write(
      'tidemark: the import was interrupted; run the same command again to finish it: it goes on where it stopped\n',
    );
    process.exit(130);
  };
  process.once('SIGINT', stop);
  return { dispose: () => void process.off('SIGINT', stop) };
}
