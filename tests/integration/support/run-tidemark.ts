// Processes of bin/tidemark for tests: started with an environment of their own, waited for, stopped or killed, and
// all ended when the test file is over, however it went.
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { spawnTidemark } from '../../support/run-tidemark.ts';
import { waitUntil } from './wait-until.ts';

export interface TidemarkProcess {
  readonly name: string;
  /** `http://127.0.0.1:port` of a role that listens, else the roles. */
  readonly address: string;
  /** What it has written to stderr so far. */
  log(): string;
  /** With SIGKILL; resolves once it has gone. */
  kill(): Promise<void>;
  /** With SIGTERM. @returns the exit code. @throws Error when it does not end within 25 seconds. */
  stop(): Promise<number | null>;
}

export interface TidemarkRunner {
  /** `tidemark up` with these arguments; resolves once it says that it is up. */
  up(name: string, ...args: readonly string[]): Promise<TidemarkProcess>;
  /** `tidemark engine` that never idles out. @returns once it serves. */
  engine(dataDir: string): Promise<TidemarkProcess>;
  /** The ends of all logs, for a failure's message. */
  logs(): string;
  /** Kills whatever still runs; resolves once all have gone. */
  endAll(): Promise<void>;
}

const STARTS_WITHIN_MS = 60_000;
const STOPS_WITHIN_MS = 25_000;
const SHOWN_OF_A_LOG = 1500;

export function startRunner(options: {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}): TidemarkRunner {
  const started: { readonly child: ChildProcess; readonly name: string; readonly said: Said }[] = [];
  const start = async (name: string, args: readonly string[], ready: RegExp): Promise<TidemarkProcess> => {
    const child = spawnTidemark(args, options);
    const said = listen(child);
    started.push({ child, name, said });
    // A test run that dies must not leave it behind.
    const kill = (): void => void child.kill('SIGKILL');
    process.once('exit', kill);
    child.once('close', () => process.removeListener('exit', kill));
    const line = await waitUntil({
      what: `"${ready.source}" from ${name}`,
      look: () => ready.exec(said.out)?.[1] ?? (hasEnded(child) ? 'ended' : undefined),
      holds: (seen) => seen !== undefined,
      withinMs: STARTS_WITHIN_MS,
      everyMs: 20,
      context: () => said.err,
    });
    if (line === undefined || line === 'ended') throw new Error(`${name} ended at its start:\n${said.err}`);
    return describe(name, child, { said, address: line });
  };
  return {
    up: (name, ...args) => start(name, ['up', ...args], /^Tidemark is up: (\S+)$/m),
    engine: (dataDir) =>
      start('engine', ['engine', '--data', dataDir, '--idle', '0'], /serves .* on (http:\S+), read-only/),
    logs: () => started.map(({ name, said }) => `--- ${name}\n${said.err.slice(-SHOWN_OF_A_LOG)}`).join('\n'),
    endAll: async () => {
      await Promise.all(started.map(({ child }) => kill(child)));
    },
  };
}

interface Said {
  out: string;
  err: string;
}

function listen(child: ChildProcess): Said {
  const said: Said = { out: '', err: '' };
  child.stdout?.on('data', (chunk: Buffer) => {
    said.out += chunk.toString();
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    said.err += chunk.toString();
  });
  return said;
}

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean =>
  exitCode !== null || signalCode !== null;

async function kill(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const closed = once(child, 'exit');
  child.kill('SIGKILL');
  await closed;
}

function describe(
  name: string,
  child: ChildProcess,
  { said, address }: { readonly said: Said; readonly address: string },
): TidemarkProcess {
  return {
    name,
    address,
    log: () => said.err,
    kill: () => kill(child),
    stop: async () => {
      child.kill('SIGTERM');
      await waitUntil({
        what: `the end of ${name} after SIGTERM`,
        look: () => hasEnded(child),
        holds: (ended) => ended,
        withinMs: STOPS_WITHIN_MS,
        everyMs: 20,
        context: () => said.err.slice(-SHOWN_OF_A_LOG),
      });
      return child.exitCode;
    },
  };
}
