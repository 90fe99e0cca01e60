// `tidemark rules test` as people run it: passes, failures with their evidence, mistakes, formats, and watching.
import { type ChildProcess, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { bundle, runTidemark, spawnTidemark } from '../support/run-tidemark.ts';
import { waitUntil } from './support/wait-until.ts';

const CONFIG = `sinks:
  crm: {type: file, path: crm.ndjson}
  alerts: {type: file, path: alerts.ndjson}
routes: {pql: [crm], churn_risk: [alerts]}
`;

const RULES = `metrics:
  messages_ever: {count: message_sent, window: ever}
  people:        {users: any, window: 7d}
  idle_days:     {days_since_last: any}
segments:
  free: {account.plan: {in: [free, trial]}}
scores:
  use:
    parts:
      volume: {weight: 60, metric: messages_ever, from: 0, to: 2000}
      people: {weight: 40, metric: people, steps: {1: 10, 3: 40}}
    bands: {poor: 0, good: 50}
rules:
  team_hits_2000_messages:
    kind: pql
    who:  {segment: free}
    when: {messages_ever: {gte: 2000}}
    severity: {high: {people: {gte: 3}}}
    say:  "{account.name} has sent {messages_ever:number} messages"
    cooldown: 90d
  team_goes_quiet:
    kind: churn_risk
    when: {idle_days: {gte: 5}}
    for: 1d
    severity: {high: {idle_days: {gte: 8}}}
    notify: [alerts, {sink: crm, states: [open]}]
`;

const TESTS = `tests:
  - name: two thousand messages make a free team a lead
    accounts:
      acme: {plan: free, seats: 5, created_at: 2025-01-01, name: Acme}
    users:
      ann: {role: owner}
    events:
      - acme ann message_sent 100/day 2025-06-01..2025-06-20
      - {account: acme, traits: {plan: team}, at: 2025-06-25T09:00:00Z}
    expect:
      - {day: 2025-06-19, account: acme, team_hits_2000_messages: none}
      - {day: 2025-06-20, team_hits_2000_messages: {state: open, severity: medium, because: {messages_ever: 2000}, say: "Acme has sent 2,000 messages", notified: [crm]}}
      - {day: 2025-06-20, score.use: {gte: 50}, band.use: good, segment.free: true, account.plan: free}
      - {day: 2025-06-21, team_hits_2000_messages: {state: open, notified: []}}
      - {day: 2025-06-25, team_hits_2000_messages: {state: resolved, notified: [crm]}, segment.free: false}
  - name: a team that says nothing for five days
    events:
      - acme ann message_sent 2025-06-01
    expect:
      - {day: 2025-06-05, team_goes_quiet: none, idle_days: 4}
      - {day: 2025-06-06, team_goes_quiet: {state: pending, notified: []}}
      - {day: 2025-06-07, team_goes_quiet: {state: open, severity: medium, notified: [crm, alerts]}}
      - {day: 2025-06-09, team_goes_quiet: {severity: high, notified: [alerts, crm]}, messages_ever: 1}
`;

let folder: string;
/** The child's own, so that nothing else is ever in it. */
let scratch: string;
const write = (name: string, text: string) => writeFile(join(folder, name), text);
const options = () => ({ cwd: folder, env: { TMPDIR: scratch } });
const run = (...args: readonly string[]) => runTidemark(['rules', 'test', ...args], options());
const spawn = (...args: readonly string[]) => spawnTidemark(['rules', 'test', ...args], options());

/** Directories of engines, and engines that run: each names its directory in its command. */
async function leftBehind(): Promise<readonly string[]> {
  const commands = execFileSync('ps', ['-axww', '-o', 'command='], { encoding: 'utf8' }).split('\n');
  return [...(await readdir(scratch)), ...commands.filter((command) => command.includes(scratch))];
}

beforeAll(async () => {
  bundle();
  folder = await mkdtemp(join(tmpdir(), 'tidemark-tests-of-rules-'));
  scratch = await mkdtemp(join(tmpdir(), 'tidemark-scratch-of-tests-'));
  await mkdir(join(folder, 'rules'));
  await write('tidemark.yaml', CONFIG);
  await write('rules/pql.yaml', RULES);
});
afterEach(async () => {
  await rm(join(folder, 'rules/pql.test.yaml'), { force: true });
  await write('rules/pql.yaml', RULES);
});
afterAll(async () => {
  for (const made of [folder, scratch]) await rm(made, { recursive: true, force: true });
});

describe('tests that pass', () => {
  test('are counted, and leave nothing behind', async () => {
    await write('rules/pql.test.yaml', TESTS);
    const { code, stdout, stderr } = await run();
    expect(stdout).toMatch(/^2 passed in 1 file, \d+\.\d s\n$/);
    expect([code, stderr]).toEqual([0, '']);
    expect(await leftBehind()).toEqual([]);
    expect(await readdir(folder)).not.toContain('.tidemark');
  });

  test('may be chosen by a part of their name', async () => {
    await write('rules/pql.test.yaml', TESTS);
    expect((await run('--filter', 'Nothing for five')).stdout).toMatch(/^1 passed/);
    const none = await run('--filter', 'nowhere');
    expect([none.code, none.stderr]).toEqual([
      1,
      'tidemark: none of the 2 tests has "nowhere" in its name\n',
    ]);
  });

  test('that are not there are a failure, so that no CI takes nothing for good', async () => {
    const { code, stderr } = await run();
    expect([code, stderr]).toEqual([
      1,
      'tidemark: no tests in rules; write them in a file such as pql.test.yaml\n',
    ]);
  });
});

describe('tests that fail', () => {
  const FAILING = TESTS.replace('team_hits_2000_messages: none}', 'team_hits_2000_messages: open}').replace(
    'score.use: {gte: 50}',
    'score.use: 99',
  );

  test('say where, what was expected, what came, and why', async () => {
    await write('rules/pql.test.yaml', FAILING);
    const { code, stdout } = await run();
    expect(code).toBe(1);
    expect(
      stdout.replace(/\d+\.\d s\n$/, 'N s\n'),
    ).toBe(`FAIL two thousand messages make a free team a lead  rules/pql.test.yaml:2
  rules/pql.test.yaml:11  2025-06-19 acme  team_hits_2000_messages
    expected  open
    got       none
    evidence  account.plan   free  in [free, trial]  true
              messages_ever  1900  gte 2000          false
  rules/pql.test.yaml:13  2025-06-20 acme  score.use
    expected  99
    got       70
    parts     volume  60 of 60  value 2000
              people  10 of 40  value 1
              score   70        band good, coverage 100%

1 passed, 1 failed in 1 file, N s
`);
  });

  test('show what the signal did until then', async () => {
    await write(
      'rules/pql.test.yaml',
      TESTS.replace('{day: 2025-06-21, team_hits', '{day: 2025-06-26, team_hits'),
    );
    const { stdout } = await run();
    expect(stdout).toContain(`    history   2025-06-20: none -> open (condition)
              2025-06-25: open -> resolved (left)
`);
  });

  test('of because show the evidence of the transition that it is about, with its day', async () => {
    await write(
      'rules/pql.test.yaml',
      TESTS.replace(
        '{day: 2025-06-21, team_hits_2000_messages: {state: open, notified: []}}',
        '{day: 2025-06-24, team_hits_2000_messages: {state: open, because: {messages_ever: 2001}}}',
      ).replace('message_sent 100/day 2025-06-01..2025-06-20', 'message_sent 100/day 2025-06-01..2025-06-22'),
    );
    const { stdout } = await run('--filter', 'two thousand');
    expect(stdout).toContain(`2025-06-24 acme  team_hits_2000_messages because messages_ever
    expected  2001
    got       2000
    evidence  of 2025-06-20
              account.plan   free  in [free, trial]  true
              messages_ever  2000  gte 2000          true
    history   2025-06-20: none -> open (condition)
`);
  });

  test('are JSON, and JUnit that holds any name', async () => {
    await write(
      'rules/pql.test.yaml',
      FAILING.replace(/name: (two.*lead)/, (_, name) => `name: "<b>&\\u0007 ${name}"`),
    );
    const json = JSON.parse((await run('--format', 'json')).stdout);
    expect(json).toMatchObject({ passed: 1, failed: 1, files: 1 });
    expect(json.tests[0].failures[0]).toMatchObject({
      file: 'rules/pql.test.yaml',
      line: 11,
      day: '2025-06-19',
      account: 'acme',
      expected: 'open',
      got: 'none',
    });
    const { code, stdout } = await run('--format', 'junit');
    expect(code).toBe(1);
    expect(elementsOf(stdout)).toEqual(
      [
        ['testsuites', { name: 'tidemark rules test', tests: '2', failures: '1', errors: '0' }],
        ['testsuite', { name: 'rules/pql.test.yaml', tests: '2', failures: '1', errors: '0' }],
        [
          'testcase',
          { name: expect.stringMatching(/^<b>&. two thousand/), classname: 'rules/pql.test.yaml' },
        ],
        [
          'failure',
          { message: '2025-06-19 acme team_hits_2000_messages: expected open, got none (and 1 more)' },
        ],
        ['testcase', { name: 'a team that says nothing for five days' }],
      ].map(([name, attributes]) => [name, expect.objectContaining(attributes as object)]),
    );
  });
});

describe('mistakes', () => {
  test('in the rules are told, and nothing is run', async () => {
    await write('rules/pql.yaml', RULES.replace('gte: 2000', 'gte: many'));
    await write('rules/pql.test.yaml', TESTS);
    const { code, stdout } = await run();
    expect(code).toBe(1);
    expect(stdout).toMatch(/^rules\/pql\.yaml:\d+:\d+ {2}C003 /);
    expect(stdout).not.toContain('passed');
  });

  test('in the tests are told all at once, in every format', async () => {
    await write(
      'rules/pql.test.yaml',
      TESTS.replace('idle_days: 4', 'idle_dys: 4').replace('notified: [crm]', 'notified: [crn]'),
    );
    const { code, stdout } = await run();
    expect(code).toBe(1);
    expect(stdout).toMatch(/pql\.test\.yaml:12:\d+ {2}R004 .*\n.*\n.*did you mean "crm"/);
    expect(stdout).toMatch(/pql\.test\.yaml:20:\d+ {2}X006 .*\n.*\n.*did you mean "idle_days"/);
    expect(JSON.parse((await run('--format', 'json')).stdout).problems).toHaveLength(2);
    const junit = elementsOf((await run('--format', 'junit')).stdout);
    expect(junit.filter(([name]) => name === 'error')).toHaveLength(2);
  });

  test('such as a file of a gigabyte are told without reading it', async () => {
    await write('rules/pql.test.yaml', TESTS);
    await truncate(join(folder, 'rules/pql.test.yaml'), 1_000_000_000);
    const { code, stdout, stderr } = await run();
    expect([code, stderr]).toEqual([1, '']);
    expect(stdout).toMatch(/^rules\/pql\.test\.yaml:1:1 {2}Y\d+ /);
  });

  test('in the place of the folder are told in a line', async () => {
    const { code, stderr } = await run('nowhere');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^tidemark: .*nowhere: the rules folder cannot be read \(ENOENT\).*\n$/);
  });
});

describe('--watch', { timeout: 180_000 }, () => {
  test('runs again when a file changes, and ends with everything on Ctrl-C', async () => {
    await write('rules/pql.test.yaml', TESTS);
    const child = spawn('--watch');
    const said = listen(child);
    const seen = (what: RegExp) =>
      waitUntil({
        what: String(what),
        look: () => said.out,
        holds: (out) => what.test(out),
        withinMs: 60_000,
      });
    try {
      await seen(/2 passed[\s\S]*watching/);
      await write('rules/pql.test.yaml', TESTS.replace('idle_days: 4', 'idle_days: 5'));
      await seen(/1 passed, 1 failed[\s\S]*watching/);
      await write('rules/pql.yaml', RULES.replace('gte: 2000', 'gte: many'));
      await seen(/C003[\s\S]*watching/);
      await write('rules/pql.yaml', RULES);
      await seen(/C003[\s\S]*1 passed, 1 failed[\s\S]*watching/);
      child.kill('SIGINT');
      await once(child, 'close');
    } finally {
      child.kill('SIGTERM');
    }
    expect([child.exitCode, said.err]).toEqual([0, '']);
    expect(await leftBehind()).toEqual([]);
  });
});

describe('a signal', { timeout: 180_000 }, () => {
  const begun = async () => (await readdir(scratch)).length > 0;
  const waitUntilBegun = () =>
    waitUntil({ what: 'the directory', look: begun, holds: (is) => is, withinMs: 60_000 });

  test.each([
    ['SIGINT', 0, 130],
    ['SIGINT', 20, 130],
    ['SIGINT', 150, 130],
    ['SIGINT', 500, 130],
    ['SIGINT', 1000, 130],
    ['SIGTERM', 100, 143],
    ['SIGHUP', 100, 129],
  ] as const)('%s, %i ms after the engine was begun, leaves nothing behind', async (signal, ms, code) => {
    await write('rules/pql.test.yaml', TESTS);
    const child = spawn();
    const closed = once(child, 'close');
    await waitUntilBegun();
    await sleep(ms);
    child.kill(signal);
    await closed;
    // After a second the run may be over, and its listeners gone with its engine.
    const ends =
      ms < 1000
        ? [[code, null]]
        : [
            [code, null],
            [null, signal],
            [0, null],
          ];
    expect(ends).toContainEqual([child.exitCode, child.signalCode]);
    expect(await leftBehind()).toEqual([]);
  });

  test('that comes again and again while an engine starts under --watch leaves nothing behind', async () => {
    await write('rules/pql.test.yaml', TESTS);
    const child = spawn('--watch');
    const closed = once(child, 'close');
    await waitUntilBegun();
    for (const ms of [100, 20, 50, 100]) {
      await sleep(ms);
      child.kill('SIGINT');
    }
    await closed;
    expect([child.exitCode, child.signalCode]).toEqual([0, null]);
    expect(await leftBehind()).toEqual([]);
  });
});

function listen(child: ChildProcess): { out: string; err: string } {
  const said = { out: '', err: '' };
  child.stdout?.on('data', (chunk: Buffer) => {
    said.out += chunk.toString();
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    said.err += chunk.toString();
  });
  return said;
}

/** A strict little reader of XML: throws on anything that is not well formed. */
function elementsOf(xml: string): readonly (readonly [string, Record<string, string>])[] {
  const found: [string, Record<string, string>][] = [];
  const open: string[] = [];
  const pattern =
    /<\?xml version="1\.0" encoding="UTF-8"\?>|<(\/?)([a-z]+)((?: [a-z]+="[^"<]*")*)(\/?)>|([^<]+)/y;
  while (pattern.lastIndex < xml.length) {
    const at = pattern.lastIndex;
    const match = pattern.exec(xml);
    if (match === null) throw new Error(`not XML: ${xml.slice(at, at + 80)}`);
    const [, closing, name, attributes = '', empty, text] = match;
    decode(text ?? '');
    if (name === undefined) continue;
    if (closing === '/') {
      if (open.pop() !== name) throw new Error(`</${name}> closes another element`);
      continue;
    }
    const pairs = [...attributes.matchAll(/ ([a-z]+)="([^"]*)"/g)];
    found.push([name, Object.fromEntries(pairs.map(([, key = '', value = '']) => [key, decode(value)]))]);
    if (empty === '') open.push(name);
  }
  if (open.length > 0) throw new Error(`not closed: ${open.join(', ')}`);
  return found;
}

function decode(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: XML has no way to write them.
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/.test(text))
    throw new Error('a character that XML cannot hold');
  const names: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', '#10': '\n' };
  return text.replace(/&([^;]*);?/g, (entity, name: string) => {
    const character = names[name];
    if (character === undefined) throw new Error(`not an entity: ${entity}`);
    return character;
  });
}
