// `tidemark rules schema`: the JSON Schema that editors complete and explain rule files with.
import { writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import type { Command } from 'commander';
import {
  type CliContext,
  CliFailure,
  type ProjectFlags,
  projectOptions,
  withProjectFlags,
} from './context.ts';

/** Beside the rules, where their first line looks for it; files with a dot are no rules. */
const FILE = '.tidemark.schema.json';

interface SchemaFlags extends ProjectFlags {
  readonly out?: string;
}

export function addRulesSchemaCommand(rules: Command, context: CliContext): void {
  withProjectFlags(rules.command('schema'))
    .description(
      "write a JSON Schema with the project's own names, so that editors complete and explain rules",
    )
    .argument('[dir]', 'default "rules" of the configuration')
    .option('--out <file>', `where to, - for standard output; default ${FILE} in the rules folder`)
    .action((dir: string | undefined, flags: SchemaFlags) => writeSchema(context, dir, flags));
}

async function writeSchema(context: CliContext, dir: string | undefined, flags: SchemaFlags): Promise<void> {
  const { loadSettings } = await import('../app/config/load-settings.ts');
  const { makeRulesSchema } = await import('../app/make-rules-schema.ts');
  const { workingDirectory } = context;
  const options = projectOptions(context, flags);
  const settings = await loadSettings(options);
  const folder = dir === undefined ? settings.rulesDir : resolve(workingDirectory, dir);
  const schema = await makeRulesSchema({ settings, engineCommand: options.engineCommand, folder });
  if (flags.out === '-') {
    process.stdout.write(schema.text);
    return;
  }
  const file = flags.out === undefined ? join(folder, FILE) : resolve(workingDirectory, flags.out);
  await writeFile(file, schema.text).catch((error: NodeJS.ErrnoException) => {
    throw new CliFailure(`${file} cannot be written (${error.code ?? error.message})`);
  });
  process.stdout.write(describe(relative(workingDirectory, file), schema));
}

type Schema = Awaited<ReturnType<typeof import('../app/make-rules-schema.ts').makeRulesSchema>>;

function describe(file: string, { names, asked }: Schema): string {
  const counts = [
    count(names.metrics.size, 'metric'),
    count(names.rules.size, 'rule'),
    count(names.events.size, 'event'),
    count(names.accountTraits.length + names.userTraits.length, 'trait'),
  ];
  const source = asked ? '' : ' (events and traits of the rules: no database answered)';
  return `${file} written with ${counts.join(', ')}${source}
An editor uses it for files that begin with: # yaml-language-server: $schema=./${FILE}
`;
}

const count = (many: number, what: string): string => `${many} ${what}${many === 1 ? '' : 's'}`;
