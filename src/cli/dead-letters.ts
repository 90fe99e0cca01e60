// `tidemark dead-letters`: what could not be read as an event; looked at, corrected, and replayed.
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Choice, DeadLetterFilter } from '../app/dead-letters/find-dead-letters.ts';
import type { Fix } from '../app/dead-letters/read-fixes.ts';
import type { Project } from '../app/open-project.ts';
import { type Day, startOfDay } from '../model/time.ts';
import {
  type CliContext,
  CliFailure,
  noteOnStderr,
  type ProjectFlags,
  projectOptions,
  withProjectFlags,
} from './context.ts';
import { parseDayArgument } from './parse-day-argument.ts';

interface ListFlags extends ProjectFlags {
  readonly reason?: string;
  readonly source?: string;
  readonly since?: Day;
  readonly limit?: number;
  readonly json?: true;
}

interface ShowFlags extends ProjectFlags {
  readonly json?: true;
}

interface ReplayFlags extends ProjectFlags {
  readonly all?: true;
  readonly reason?: string;
  readonly fixedWith?: string;
  readonly dryRun?: true;
}

export function addDeadLettersCommand(root: Command, context: CliContext): void {
  const letters = root.command('dead-letters').description('what could not be read as an event');
  withProjectFlags(letters.command('list'))
    .description('count dead letters by reason, and list the newest')
    .option('--reason <reason>', 'only of this reason, such as invalid_json')
    .addOption(new Option('--source <source>', 'only from there').choices(['collector', 'topic', 'import']))
    .option('--since <day>', 'only those received since this local day, YYYY-MM-DD', parseDayArgument)
    .option('--limit <n>', 'how many are listed; 0 for all (default: 20, with --json all)', parseCount)
    .option(
      '--json',
      'one JSON object a line, with the bodies: what "replay --fixed-with" reads once corrected',
    )
    .action((flags: ListFlags) => list(context, flags));
  withProjectFlags(letters.command('show'))
    .description('show one dead letter with its body')
    .argument('<place>', 'its place, as "list" shows it')
    .option('--json', 'as one line of JSON, which "replay --fixed-with" reads once corrected')
    .action((place: string, flags: ShowFlags) => show(context, place, flags));
  withProjectFlags(letters.command('replay'))
    .description('read dead letters again, corrected or as they came, and store the events that they are')
    .argument('[place...]', 'their places, as "list" shows them')
    .option('--all', 'all that were not replayed yet')
    .option('--reason <reason>', 'all of this reason that were not replayed yet')
    .option(
      '--fixed-with <file>',
      'lines {"place": "…", "body": …, "headers": {…}} with corrected messages, headers, or both; alone, it replays these',
    )
    .option('--dry-run', 'store nothing, and say what would become of them')
    .action((places: string[], flags: ReplayFlags) => replay(context, places, flags));
}

const DEFAULT_LIMIT = 20;

function parseCount(text: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(count))
    throw new InvalidArgumentError('Write a whole number; 0 is all.');
  return count;
}

const toRead = (context: CliContext, flags: ProjectFlags) =>
  ({ ...projectOptions(context, flags), as: 'owner', notify: noteOnStderr }) as const;

async function list(context: CliContext, flags: ListFlags): Promise<void> {
  const { withProjectToRead } = await import('../app/open-project.ts');
  const { exportDeadLetters, findDeadLetters } = await import('../app/dead-letters/find-dead-letters.ts');
  const { formatFound, letterToJson } = await import('./format-dead-letters.ts');
  await withProjectToRead(toRead(context, flags), async ({ store, settings }) => {
    const { reason, source, since } = flags;
    const from = since === undefined ? undefined : startOfDay(since, settings.timezone);
    const filter: DeadLetterFilter = { reason, source, since: from };
    if (flags.json === true) {
      for await (const letter of exportDeadLetters(store, filter, flags.limit ?? 0)) {
        process.stdout.write(letterToJson(letter));
      }
      return;
    }
    process.stdout.write(formatFound(await findDeadLetters(store, filter, flags.limit ?? DEFAULT_LIMIT)));
  });
}

async function show(context: CliContext, place: string, flags: ShowFlags): Promise<void> {
  const { withProjectToRead } = await import('../app/open-project.ts');
  const { findDeadLetter } = await import('../app/dead-letters/find-dead-letters.ts');
  const { formatLetter, letterToJson } = await import('./format-dead-letters.ts');
  await withProjectToRead(toRead(context, flags), async ({ store }) => {
    const letter = await findDeadLetter(store, place);
    if (letter === undefined) {
      throw new CliFailure(
        `there is no dead letter ${place}; "tidemark dead-letters list" shows their places`,
      );
    }
    process.stdout.write(flags.json === true ? letterToJson(letter) : formatLetter(letter));
  });
}

async function replay(context: CliContext, places: readonly string[], flags: ReplayFlags): Promise<void> {
  const { withProject } = await import('../app/open-project.ts');
  const { runReplay } = await import('../app/dead-letters/run-replay.ts');
  const { formatReplayed } = await import('./format-replayed.ts');
  const fixes = await loadFixes(context, flags.fixedWith);
  const choice = choose(places, flags, [...fixes.keys()]);
  const dryRun = flags.dryRun === true;
  await withProject(projectOptions(context, flags), async (project: Project) => {
    const { environment } = context;
    const replayed = await runReplay({ project, choice, fixes, dryRun, environment });
    if (!replayed.ok) throw new CliFailure(replayed.message);
    process.stdout.write(formatReplayed(replayed, { dryRun }));
  });
}

async function loadFixes({ workingDirectory }: CliContext, file: string | undefined) {
  const { readFixes } = await import('../app/dead-letters/read-fixes.ts');
  if (file === undefined) return new Map<string, Fix>();
  const { readFile } = await import('node:fs/promises');
  const { resolve } = await import('node:path');
  const text = await readFile(resolve(workingDirectory, file), 'utf8').catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new CliFailure(`${file} cannot be read (${code}); check the path given with --fixed-with`);
  });
  const read = readFixes(text);
  if (!read.ok)
    throw new CliFailure(`${file} cannot be used\n${read.problems.map((line) => `  ${line}`).join('\n')}`);
  return read.fixes;
}

const USAGE_ERROR = 2;

/** What is replayed is said in one way, so that nobody replays more than was meant. */
function choose(places: readonly string[], { all, reason }: ReplayFlags, fixed: readonly string[]): Choice {
  const ways = [places.length > 0, all === true, reason !== undefined].filter(Boolean).length;
  if (ways > 1) throw new CliFailure('name places, or write --all, or --reason: one of them', USAGE_ERROR);
  if (places.length > 0) return { places };
  if (all === true) return { filter: { open: true } };
  if (reason !== undefined) return { filter: { open: true, reason } };
  if (fixed.length > 0) return { places: fixed };
  throw new CliFailure(
    'say what to replay: places, --all, --reason REASON, or --fixed-with FILE',
    USAGE_ERROR,
  );
}
