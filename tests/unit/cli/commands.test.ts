// The command line in a process of its own: help, mistakes in its use, and checking rules. Nothing here needs an engine.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundle, runTidemark } from '../../support/run-tidemark.ts';

let cwd: string;
const tidemark = (...args: string[]) => runTidemark(args, { cwd });

beforeAll(async () => {
  bundle();
  cwd = await mkdtemp(join(tmpdir(), 'tidemark-cli-'));
  await mkdir(join(cwd, 'rules'));
});
afterAll(() => rm(cwd, { recursive: true }));

describe('help', () => {
  test('tells the version, which is that of package.json', async () => {
    const { code, stdout } = await tidemark('--version');
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(code).toBe(0);
  });

  test('names every command', async () => {
    const { code, stdout } = await tidemark('--help');
    expect(code).toBe(0);
    for (const command of [
      'up',
      'events',
      'keys',
      'dead-letters',
      'rules',
      'evaluate',
      'signals',
      'closes',
      'sql',
      'doctor',
      'engine',
    ]) {
      expect(stdout).toMatch(new RegExp(`^  ${command} `, 'm'));
    }
  });

  test.each([
    ['up'],
    ['events', 'import'],
    ['keys', 'create'],
    ['keys', 'list'],
    ['keys', 'revoke'],
    ['dead-letters', 'list'],
    ['dead-letters', 'show'],
    ['dead-letters', 'replay'],
    ['evaluate'],
    ['rules', 'check'],
    ['signals'],
    ['closes', 'release'],
    ['sql'],
    ['doctor'],
  ])('of %s shows --config and --data', async (...command) => {
    const { code, stdout } = await tidemark(...command, '--help');
    expect(code).toBe(0);
    expect(stdout).toContain('--config <file>');
    expect(stdout).toContain('--data <dir>');
  });
});

describe('a mistake in its use', () => {
  test.each([
    [['upp'], 'did you mean up?'],
    [['evaluate', '--from', '2026-02-30', '--to', '2026-03-01'], 'YYYY-MM-DD'],
    [
      ['evaluate', '--from', '2026-03-02', '--to', '2026-03-01'],
      '--to 2026-03-01 is before --from 2026-03-02',
    ],
    [['evaluate'], '--from'],
    [['dead-letters', 'replay'], 'say what to replay'],
    [['dead-letters', 'replay', '--all', '--reason', 'x'], 'one of them'],
    [['dead-letters', 'list', '--limit', '-1'], '0 is all'],
    [['signals', '--state', 'closed'], 'open, pending, recovering, resolved, all'],
    [['sql', 'SELECT 1', '--format', 'T SV'], '--format T SV'],
    [['up', '--roles', 'everything'], '"everything" is not a role'],
  ])('%j exits 2 and says what', async (args, said) => {
    const { code, stdout, stderr } = await tidemark(...args);
    expect(code).toBe(2);
    expect(stderr.toLowerCase()).toContain(said.toLowerCase());
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(stdout).toBe('');
  });

  test('a configuration that is not there is told in one line, exit 1', async () => {
    const { code, stderr } = await tidemark('signals', '--config', 'nowhere.yaml');
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^tidemark: .*nowhere\.yaml: cannot be read \(ENOENT\); check the path given with --config\n$/,
    );
  });

  test('a broken configuration is told with its lines, all at once', async () => {
    await writeFile(join(cwd, 'broken.yaml'), 'listen: 0.0.0.0:80\nsinkz: {}\n');
    const { code, stderr } = await tidemark('sql', 'SELECT 1', '--config', 'broken.yaml');
    expect(code).toBe(1);
    expect(stderr).toContain('broken.yaml:1:9  G006 ');
    expect(stderr).toContain('   2 | sinkz: {}\n     | ^^^^^ did you mean "sinks"?');
    expect(stderr).toContain('2 errors, 0 warnings in 1 file');
  });
});

describe('rules check', () => {
  const rule = (text: string) => writeFile(join(cwd, 'rules', 'pql.yaml'), text);

  test('prints every problem at its place and exits 1', async () => {
    await rule('metrics:\n  messages: {count: message_sent, windw: 30d}\n');
    const { code, stdout } = await tidemark('rules', 'check', 'rules');
    expect(code).toBe(1);
    expect(stdout).toContain('rules/pql.yaml:2:35  T');
    expect(stdout).toContain('did you mean "window"?');
  });

  test('exits 3 when there are only warnings, and 0 when there is nothing to say', async () => {
    await rule('metrics:\n  messages: {count: message_sent, window: 30d}\n');
    expect(await tidemark('rules', 'check')).toMatchObject({ code: 3 });
    await rule('segments:\n  free: {account.plan: free}\n');
    const clean = await tidemark('rules', 'check', '--format', 'json');
    expect(clean.code).toBe(0);
    expect(JSON.parse(clean.stdout)).toMatchObject({ errors: 0, problems: [] });
  });

  test('says that nothing was looked at where there is no rule file, and where it looked', async () => {
    await mkdir(join(cwd, 'empty'), { recursive: true });
    await writeFile(join(cwd, 'empty', 'only.test.yaml'), 'tests: []\n');
    const { code, stderr } = await tidemark('rules', 'check', 'empty');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^tidemark: no rule files in .*empty: rules are files that end in \.yaml/);
  });

  test('names the sinks of the configuration, also where their secrets are not set', async () => {
    await writeFile(join(cwd, 'sinks.yaml'), 'sinks: {crm: {type: hubspot, token: $' + '{NOT_SET}}}\n');
    await rule(`rules:
  r: {kind: pql, when: {account.plan: free}, notify: [crmm]}
`);
    const { code, stdout } = await tidemark('rules', 'check', '--config', 'sinks.yaml');
    expect(code).toBe(1);
    expect(stdout).toContain('crmm');
    expect(stdout).toContain('did you mean "crm"?');
  });
});
