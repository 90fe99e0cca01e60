// A project in a temporary folder with `tidemark up` running on it, as people run it.
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Ran, runTidemark, spawnTidemark } from '../support/run-tidemark.ts';

export const WRITE_KEY = 'wk-0123456789';

const CONFIG = `listen: 127.0.0.1:0
write_keys: [{name: web, key: $\{TIDEMARK_WRITE_KEY}}]
sinks:
  out: {type: file, path: out.ndjson}
routes: {pql: [out]}
`;

export const RULES = `metrics:
  messages_ever: {count: message_sent, window: ever}
rules:
  team_hits_3_messages:
    kind: pql
    owner: growth
    when: {messages_ever: {gte: 3}}
    say: "{account.name} has sent {messages_ever} messages"
    on_create: notify
    outcome: {event: subscription_started, within: 30d}
`;

export interface RunningProcess {
  readonly address: string;
  readonly child: ChildProcess;
  /** What it has written to stderr so far. */
  log(): string;
  /** Sends the signal. @returns the exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

export interface TestProject {
  readonly folder: string;
  up(...args: readonly string[]): Promise<RunningProcess>;
  run(...args: readonly string[]): Promise<Ran>;
  write(name: string, text: string): Promise<void>;
  read(name: string): Promise<string>;
  /** Ends what runs, the engine too, and removes the folder. */
  remove(): Promise<void>;
}

export async function createProject(env: Readonly<Record<string, string>> = {}): Promise<TestProject> {
  const folder = await mkdtemp(join(tmpdir(), 'tidemark-up-'));
  const options = { cwd: folder, env: { TIDEMARK_WRITE_KEY: WRITE_KEY, LOG_FORMAT: 'text', ...env } };
  const running = new Set<RunningProcess>();
  const write = (name: string, text: string) => writeFile(join(folder, name), text);
  await mkdir(join(folder, 'rules'));
  await write('tidemark.yaml', CONFIG);
  await write('rules/pql.yaml', RULES);
  return {
    folder,
    write,
    read: (name) => readFile(join(folder, name), 'utf8').catch(() => ''),
    run: (...args) => runTidemark(args, options),
    up: async (...args) => {
      const started = await waitUntilUp(spawnTidemark(['up', ...args], options));
      running.add(started);
      return started;
    },
    remove: async () => {
      await Promise.all([...running].map((process) => process.stop()));
      await endEngine(folder);
      await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    },
  };
}

async function waitUntilUp(child: ChildProcess): Promise<RunningProcess> {
  const said = { out: '', err: '' };
  child.stdout?.on('data', (chunk: Buffer) => {
    said.out += chunk.toString();
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    said.err += chunk.toString();
  });
  const closed = once(child, 'close');
  for (;;) {
    const address = /^Tidemark is up: (\S+)$/m.exec(said.out)?.[1];
    if (address !== undefined) {
      return {
        address,
        child,
        log: () => said.err,
        stop: async (signal = 'SIGTERM') => {
          if (child.exitCode === null) child.kill(signal);
          await closed;
          return child.exitCode;
        },
      };
    }
    if (child.exitCode !== null) throw new Error(`tidemark up ended with ${child.exitCode}:\n${said.err}`);
    await sleep(20);
  }
}

/** It would end by itself after ten seconds; a test does not wait for that. */
async function endEngine(folder: string): Promise<void> {
  const lock = await readFile(join(folder, '.tidemark/engine.json'), 'utf8').catch(() => '{"pid":0}');
  const { pid }: { pid: number } = JSON.parse(lock);
  if (pid === 0) return;
  const isAlive = (signal: NodeJS.Signals | 0): boolean => {
    try {
      return process.kill(pid, signal);
    } catch {
      return false;
    }
  };
  isAlive('SIGTERM');
  while (isAlive(0)) await sleep(20);
}

/** Polls until `holds`; fails with `what` after twenty seconds. */
export async function waitFor(what: string, holds: () => Promise<boolean> | boolean): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`waited in vain: ${what}`);
    await sleep(50);
  }
}

export const track = (address: string, messages: readonly object[], key = WRITE_KEY): Promise<Response> =>
  fetch(`${address}/v1/batch`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Basic ${btoa(`${key}:`)}` },
    body: JSON.stringify({ batch: messages }),
  });

export const messageSent = (account: string, id: string) => ({
  type: 'track',
  messageId: id,
  event: 'message_sent',
  userId: 'ann',
  context: { groupId: account },
  timestamp: new Date().toISOString(),
});
