// `tidemark sql`: one read-only query, also beside a running `up`; or how other clients ask theirs.
import { once } from 'node:events';
import type { Command } from 'commander';
import {
  type CliContext,
  CliFailure,
  noteOnStderr,
  type ProjectFlags,
  projectOptions,
  withProjectFlags,
} from './context.ts';
import { describeConnection } from './describe-connection.ts';

interface SqlFlags extends ProjectFlags {
  readonly format?: string;
  readonly connection?: boolean;
}

export function addSqlCommand(root: Command, context: CliContext): void {
  withProjectFlags(root.command('sql'))
    .description('run one read-only query and print its result, or tell how other clients connect')
    .argument('[query]', 'such as "SELECT event, count() FROM events GROUP BY event"')
    .option(
      '--format <name>',
      'an output format of ClickHouse, default PrettyCompact on a terminal, else TSV',
    )
    .option('--connection', 'print address, user and password for other ClickHouse clients instead')
    .action((query: string | undefined, flags: SqlFlags) => {
      if ((query === undefined) !== (flags.connection ?? false))
        throw new CliFailure(
          'write either a query, such as "SELECT count() FROM events", or --connection',
          2,
        );
      return query === undefined ? showConnection(context, flags) : runSql(context, query, flags);
    });
}

async function runSql(context: CliContext, query: string, flags: SqlFlags): Promise<void> {
  const { withProjectToRead } = await import('../app/open-project.ts');
  const format = flags.format ?? (process.stdout.isTTY ? 'PrettyCompact' : 'TSV');
  if (!/^\w+$/.test(format)) throw new CliFailure(`--format ${format}: write the name of a format`, 2);
  const sql = query.trim().replace(/;\s*$/, '');
  const options = { ...projectOptions(context, flags), as: 'reader', notify: noteOnStderr } as const;
  await withProjectToRead(options, async ({ store }) => {
    const result = store.queryRaw({ sql, params: {}, columns: [] }, { format, readonly: true });
    for await (const chunk of result) {
      if (!process.stdout.write(chunk)) await once(process.stdout, 'drain');
    }
  });
}

async function showConnection(context: CliContext, flags: SqlFlags): Promise<void> {
  const { openReaderConnection } = await import('../app/open-parts.ts');
  const { loadSettings } = await import('../app/config/load-settings.ts');
  const { systemClock } = await import('../app/system-clock.ts');
  const options = projectOptions(context, flags);
  const settings = await loadSettings(options);
  const connection = await openReaderConnection({
    settings,
    clock: systemClock,
    engineCommand: options.engineCommand,
  });
  process.stdout.write(describeConnection(connection));
  connection.close();
}
