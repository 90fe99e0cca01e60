// Finds the commands that a page of documentation tells its readers to type.
import { Command } from 'commander';
import { addClosesCommand } from '../../../src/cli/closes.ts';
import type { CliContext } from '../../../src/cli/context.ts';
import { addDeadLettersCommand } from '../../../src/cli/dead-letters.ts';
import { addDoctorCommand } from '../../../src/cli/doctor.ts';
import { addEngineCommand } from '../../../src/cli/engine.ts';
import { addEvaluateCommand } from '../../../src/cli/evaluate.ts';
import { addEventsCommand } from '../../../src/cli/events.ts';
import { addExplainCommand } from '../../../src/cli/explain.ts';
import { addKeysCommand } from '../../../src/cli/keys.ts';
import { addRulesCommand } from '../../../src/cli/rules.ts';
import { addSignalsCommand } from '../../../src/cli/signals.ts';
import { addSqlCommand } from '../../../src/cli/sql.ts';
import { addUpCommand } from '../../../src/cli/up.ts';

const ADD_COMMANDS = [
  addClosesCommand,
  addDeadLettersCommand,
  addDoctorCommand,
  addEngineCommand,
  addEvaluateCommand,
  addEventsCommand,
  addExplainCommand,
  addKeysCommand,
  addRulesCommand,
  addSignalsCommand,
  addSqlCommand,
  addUpCommand,
];

/** Each stands alone in backquotes, or on a line of its own in a fenced block. */
export const readCommands = (page: string): readonly string[] => [
  ...[...page.matchAll(/`((?:bin\/)?tidemark [a-z][^`\n]*)`/g)].map(([, command]) => command ?? ''),
  ...[...page.matchAll(/^```\w*\n([\s\S]*?)^```$/gm)]
    .flatMap(([, block]) => (block ?? '').split('\n'))
    .filter((line) => /^(?:bin\/)?tidemark [a-z]/.test(line))
    .map((line) => line.replace(/\s+#.*$/, '')),
];

/** What the command line does not know of it; empty when it can be typed as it is. */
export function findUnknown(command: string): readonly string[] {
  const words = [...command.replace(/^(bin\/)?tidemark /, '').matchAll(/"[^"]*"|\S+/g)].map(([word]) => word);
  let current = commandLine();
  while (words[0] !== undefined) {
    const next = current.commands.find((each) => each.name() === words[0]);
    if (next === undefined) break;
    current = next;
    words.shift();
  }
  if (current.name() === 'tidemark' || (current.commands.length > 0 && current.options.length === 0)) {
    return [words[0] ?? 'a subcommand'];
  }
  const options = words.filter((word) => word.startsWith('--')).map((word) => word.split('=')[0]);
  return options.flatMap((option) =>
    option === undefined || current.options.some(({ long }) => long === option) ? [] : [option],
  );
}

function commandLine(): Command {
  const root = new Command('tidemark');
  const context: CliContext = { environment: {}, workingDirectory: '/', program: [] };
  for (const add of ADD_COMMANDS) add(root, context);
  return root;
}
