// `tidemark closes release`: overrides the freshness guard for one day.
import type { Command } from 'commander';
import type { Day } from '../model/time.ts';
import { type CliContext, type ProjectFlags, projectOptions, withProjectFlags } from './context.ts';
import { parseDayArgument } from './parse-day-argument.ts';

export function addClosesCommand(root: Command, context: CliContext): void {
  const closes = root.command('closes').description('the closes of days');
  withProjectFlags(closes.command('release'))
    .description('close a day although it looks as if events were missing')
    .argument('<day>', 'a local day, YYYY-MM-DD', parseDayArgument)
    .action((day: Day, flags: ProjectFlags) => release(context, day, flags));
}

async function release(context: CliContext, day: Day, flags: ProjectFlags): Promise<void> {
  const { withProject } = await import('../app/open-project.ts');
  const { releaseClose } = await import('../app/release.ts');
  await withProject(projectOptions(context, flags), async (project) => {
    await releaseClose(project, day);
    process.stdout.write(`${day} is released; a running "tidemark up" closes it when its turn comes\n`);
  });
}
