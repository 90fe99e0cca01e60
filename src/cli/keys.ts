// `tidemark keys`: who may send events. A key is shown once, when it is made, and nowhere else.
import type { Command } from 'commander';
import {
  type CliContext,
  CliFailure,
  noteOnStderr,
  type ProjectFlags,
  projectOptions,
  withProjectFlags,
} from './context.ts';

interface ListFlags extends ProjectFlags {
  readonly json?: true;
}

export function addKeysCommand(root: Command, context: CliContext): void {
  const keys = root.command('keys').description('the write keys that events are sent with');
  withProjectFlags(keys.command('create'))
    .description('make a write key and print it, this once')
    .argument('<name>', 'what it is called in lists: lower-case letters, digits and _')
    .action((name: string, flags: ProjectFlags) => create(context, name, flags));
  withProjectFlags(keys.command('list'))
    .description('list the write keys and what came with each')
    .option('--json', 'one JSON object a line')
    .action((flags: ListFlags) => list(context, flags));
  withProjectFlags(keys.command('revoke'))
    .description('take no more events with the write key of this name')
    .argument('<name>', 'the name of the key')
    .action((name: string, flags: ProjectFlags) => revoke(context, name, flags));
}

const WITHIN = 'within seconds in every running "tidemark up"';

async function create(context: CliContext, name: string, flags: ProjectFlags): Promise<void> {
  const { withProject } = await import('../app/open-project.ts');
  const { createWriteKey } = await import('../app/keys/create-write-key.ts');
  const { randomBytes } = await import('node:crypto');
  await withProject(projectOptions(context, flags), async ({ store, clock, settings }) => {
    const options = { store, clock, randomBytes, configured: settings.writeKeyNames };
    const created = await createWriteKey(options, name);
    if (!created.ok) throw new CliFailure(created.message);
    process.stdout.write(`${created.key}\n`);
    noteOnStderr(`this is the write key "${name}"; keep it, it is not shown again. It is valid ${WITHIN}`);
  });
}

async function list(context: CliContext, flags: ListFlags): Promise<void> {
  const { withProjectToRead } = await import('../app/open-project.ts');
  const { listWriteKeys } = await import('../app/keys/list-write-keys.ts');
  const { formatWriteKeys } = await import('./format-write-keys.ts');
  const options = { ...projectOptions(context, flags), as: 'owner', notify: noteOnStderr } as const;
  await withProjectToRead(options, async ({ store, settings }) => {
    const keys = await listWriteKeys(store, settings.writeKeyNames);
    process.stdout.write(formatWriteKeys(keys, flags.json === true ? 'json' : 'table'));
  });
}

async function revoke(context: CliContext, name: string, flags: ProjectFlags): Promise<void> {
  const { withProject } = await import('../app/open-project.ts');
  const { revokeWriteKey } = await import('../app/keys/revoke-write-key.ts');
  await withProject(projectOptions(context, flags), async ({ store, clock, settings }) => {
    const revoked = await revokeWriteKey({ store, clock, configured: settings.writeKeyNames }, name);
    if (!revoked.ok) throw new CliFailure(revoked.message);
    process.stdout.write(`the write key "${name}" is revoked: it is refused ${WITHIN}\n`);
  });
}
