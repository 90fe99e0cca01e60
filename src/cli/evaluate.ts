// `tidemark evaluate`: closes past days in order. It never delivers; `up` does.
import type { Command } from 'commander';
import type { Day } from '../model/time.ts';
import {
  type CliContext,
  CliFailure,
  type ProjectFlags,
  projectOptions,
  withProjectFlags,
} from './context.ts';
import { parseDayArgument } from './parse-day-argument.ts';

interface EvaluateFlags extends ProjectFlags {
  readonly from: Day;
  readonly to: Day;
}

export function addEvaluateCommand(root: Command, context: CliContext): void {
  withProjectFlags(root.command('evaluate'))
    .description('close past days, one after the other, with the rules in force')
    .requiredOption('--from <day>', 'the first day', parseDayArgument)
    .requiredOption('--to <day>', 'the last day, included', parseDayArgument)
    .action((flags: EvaluateFlags) => evaluate(context, flags));
}

async function evaluate(context: CliContext, flags: EvaluateFlags): Promise<void> {
  const { from, to } = flags;
  if (to < from) throw new CliFailure(`--to ${to} is before --from ${from}`, 2);
  const { daysBetween } = await import('../model/time.ts');
  const { withProject } = await import('../app/open-project.ts');
  const { evaluatePast } = await import('../app/evaluate-past.ts');
  const { randomWriter } = await import('../app/random-writer.ts');
  const { startProgress, duration } = await import('./progress.ts');
  await withProject(projectOptions(context, flags), async (project) => {
    const startedAt = Date.now();
    const progress = startProgress('closing', daysBetween(from, to) + 1);
    try {
      const { days, skipped, opened, transitions } = await evaluatePast({
        ...project,
        from,
        to,
        writer: randomWriter(Math.random),
        onProgress: ({ done, report }) => progress.update(done, `${report.day}, ${report.opened} opened`),
      });
      progress.stop();
      if (skipped > 0)
        process.stderr.write(
          `${skipped} days were closed before and are left out: signals have moved since\n`,
        );
      const took = duration(Math.round((Date.now() - startedAt) / 1000));
      process.stdout.write(
        `${days} days closed in ${took}: ${opened} signals opened, ${transitions} transitions\n`,
      );
    } finally {
      progress.stop();
    }
  });
}
