// The log of a process, on stderr: JSON for machines, short lines for people, secrets in neither.
import { type Logger, pino } from 'pino';
import { hideSecrets, hideWithin } from './hide-secrets.ts';

export interface LoggerOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly output: { write(text: string): unknown; readonly isTTY?: boolean };
  /** Blotted out wherever they stand, in whatever form. */
  readonly secrets: readonly string[];
}

export type { Logger };

/** LOG_LEVEL is pino's, default info. LOG_FORMAT=json or =text; without it text on a terminal, else JSON. */
export function createLogger({ environment, output, secrets }: LoggerOptions): Logger {
  const { LOG_FORMAT, LOG_LEVEL } = environment;
  const asJson = LOG_FORMAT === 'json' || (LOG_FORMAT !== 'text' && output.isTTY !== true);
  const hide = hideSecrets(secrets);
  // Of the finished line, so that nothing passes by: messages, details, errors with their causes and stacks.
  const write = (line: string): void => {
    const entry = hideEntry(JSON.parse(line), hide);
    output.write(asJson ? `${JSON.stringify(entry)}\n` : toText(entry, Boolean(environment.DEBUG)));
  };
  const level = LOG_LEVEL !== undefined && LOG_LEVEL in pino.levels.values ? LOG_LEVEL : 'info';
  return pino({ level, base: { pid: process.pid } }, { write });
}

type Entry = Readonly<Record<string, unknown>>;

/** The names of details are ours; only what stands under them is searched. */
const hideEntry = (entry: Entry, hide: (text: string) => string): Entry =>
  Object.fromEntries(Object.entries(entry).map(([name, value]) => [name, hideWithin(value, hide, name)]));

const LEVELS: Readonly<Record<number, string>> = {
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'WARN',
  50: 'ERROR',
  60: 'FATAL',
};
const NOT_SHOWN = new Set(['level', 'time', 'pid', 'msg', 'err']);

/** `07:31:05 info  closed 2026-03-01 accounts=300`. */
function toText(entry: Entry, withStack: boolean): string {
  const time = new Date(Number(entry.time)).toISOString().slice(11, 19);
  const level = (LEVELS[Number(entry.level)] ?? '').padEnd(5);
  const details = Object.entries(entry)
    .filter(([name]) => !NOT_SHOWN.has(name))
    .map(([name, value]) => ` ${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  return `${time} ${level} ${String(entry.msg ?? '')}${details.join('')}${describeFault(entry.err, withStack)}\n`;
}

function describeFault(error: unknown, withStack: boolean): string {
  if (typeof error !== 'object' || error === null || !('message' in error)) return '';
  const stack = withStack && 'stack' in error ? `\n${String(error.stack)}` : '';
  return `: ${String(error.message)}${stack}`;
}
