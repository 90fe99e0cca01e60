// `tidemark sql`: one read-only query, also beside a running `up`.
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

interface SqlFlags extends ProjectFlags {
  readonly format?: string;
}

export function addSqlCommand(root: Command, context: CliContext): void {
  withProjectFlags(root.command('sql'))
    .description('run one read-only query and print its result')
    .argument('<query>', 'such as "SELECT event, count() FROM events GROUP BY event"')
    .option(
      '--format <name>',
      'an output format of ClickHouse, default PrettyCompact on a terminal, else TSV',
    )
    .action((query: string, flags: SqlFlags) => runSql(context, query, flags));
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
