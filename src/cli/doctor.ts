// `tidemark doctor`: what is well, what is not, and what to do about it.
import type { Command } from 'commander';
import type { Finding } from '../app/doctor/finding.ts';
import {
  type CliContext,
  CliFailure,
  type ProjectFlags,
  projectOptions,
  withProjectFlags,
} from './context.ts';
import { formatFindings } from './format-findings.ts';

interface DoctorFlags extends ProjectFlags {
  readonly json?: boolean;
}

export function addDoctorCommand(root: Command, context: CliContext): void {
  withProjectFlags(root.command('doctor'))
    .description('look at every connection, topic, table, lag and clock, and say what to do; changes nothing')
    .option('--json', 'one document for machines')
    .action((flags: DoctorFlags) => doctor(context, flags));
}

async function doctor(context: CliContext, flags: DoctorFlags): Promise<void> {
  const { runDoctor } = await import('../app/doctor/run-doctor.ts');
  const { loadSettingsLeniently } = await import('../app/doctor/load-settings-leniently.ts');
  const { systemClock } = await import('../app/system-clock.ts');
  const { hideSecrets } = await import('../app/hide-secrets.ts');
  const { serverSecrets } = await import('../app/config/server-secrets.ts');
  const project = projectOptions(context, flags);
  const { settings, finding } = await loadSettingsLeniently(project);
  const findings =
    settings === undefined
      ? [finding]
      : [
          finding,
          ...(await runDoctor({ settings, clock: systemClock, engineCommand: project.engineCommand })),
        ];
  const hide = hideSecrets(settings?.secrets ?? serverSecrets(context.environment));
  const safe = findings.map(
    (each): Finding => ({ ...each, found: hide(each.found), ...(each.todo && { todo: hide(each.todo) }) }),
  );
  const width = process.stdout.isTTY ? process.stdout.columns : undefined;
  process.stdout.write(flags.json ? toJson(safe) : formatFindings(safe, width));
  if (safe.some(({ status }) => status === 'fail')) throw new CliFailure('', 1);
}

const toJson = (findings: readonly Finding[]): string =>
  `${JSON.stringify({ ok: findings.every(({ status }) => status !== 'fail'), findings }, null, 2)}\n`;
