// The log of a process, on stderr: JSON for machines, short lines for people, secrets in neither.
import { type Logger, pino } from 'pino';

export interface LoggerOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly output: { write(text: string): unknown; readonly isTTY?: boolean };
  /** Blotted out wherever they stand. */
  readonly secrets: readonly string[];
}

export type { Logger };

const REDACTED = ['token', 'key', 'secret', 'password', '*.token', '*.key', '*.secret', '*.password'];
/** Shorter values would blot out ordinary words. */
const SHORTEST_SECRET = 6;

/** LOG_LEVEL is pino's, default info. LOG_FORMAT=json or =text; without it text on a terminal, else JSON. */
export function createLogger({ environment, output, secrets }: LoggerOptions): Logger {
  const { LOG_FORMAT, LOG_LEVEL } = environment;
  const asJson = LOG_FORMAT === 'json' || (LOG_FORMAT !== 'text' && output.isTTY !== true);
  const hidden = secrets.filter((secret) => secret.length >= SHORTEST_SECRET);
  const write = (line: string): void => {
    const safe = hidden.reduce((text, secret) => text.replaceAll(secret, '[secret]'), line);
    output.write(asJson ? safe : toText(safe));
  };
  const level = LOG_LEVEL !== undefined && LOG_LEVEL in pino.levels.values ? LOG_LEVEL : 'info';
  return pino(
    { level, base: { pid: process.pid }, redact: { paths: REDACTED, censor: '[secret]' } },
    { write },
  );
}

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
function toText(line: string): string {
  const entry: Record<string, unknown> = JSON.parse(line);
  const time = new Date(Number(entry.time)).toISOString().slice(11, 19);
  const level = (LEVELS[Number(entry.level)] ?? '').padEnd(5);
  const details = Object.entries(entry)
    .filter(([name]) => !NOT_SHOWN.has(name))
    .map(([name, value]) => ` ${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  return `${time} ${level} ${String(entry.msg ?? '')}${details.join('')}${describeFault(entry.err)}\n`;
}

function describeFault(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('message' in error)) return '';
  const stack = process.env.DEBUG && 'stack' in error ? `\n${String(error.stack)}` : '';
  return `: ${String(error.message)}${stack}`;
}
