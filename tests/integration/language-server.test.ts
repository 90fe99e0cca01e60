// The schema in the hands of the YAML language server that editors run: `tidemark rules schema` writes it for a project
// that has seen events and traits, and the server completes, explains and marks rule files with it.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readRuleFiles } from '../../src/app/read-rule-files.ts';
import { METRIC_KINDS } from '../../src/rules/metrics/metric-kinds.ts';
import { bundle } from '../support/run-tidemark.ts';
import { type Diagnostic, LanguageServer } from './support/language-server.ts';
import { createProject, type TestProject } from './up-project.ts';

const MODELINE = '# yaml-language-server: $schema=./.tidemark.schema.json\n';
const AT = '2026-03-01T09:00:00Z';
const HISTORY = [
  {
    type: 'group',
    id: 'g1',
    account_id: 'acme',
    user_id: 'ann',
    timestamp: AT,
    traits: { plan: 'free', seats: 5 },
  },
  { type: 'identify', id: 'i1', user_id: 'ann', timestamp: AT, traits: { role: 'owner' } },
  { type: 'track', id: 't1', account_id: 'acme', user_id: 'ann', timestamp: AT, event: 'message_sent' },
  { type: 'track', id: 't2', account_id: 'acme', user_id: 'ann', timestamp: AT, event: 'report exported' },
];

let project: TestProject;
let server: LanguageServer;
let said: string;

beforeAll(async () => {
  bundle();
  project = await createProject();
  await project.write('history.ndjson', HISTORY.map((event) => `${JSON.stringify(event)}\n`).join(''));
  await project.run('events', 'import', 'history.ndjson');
  said = (await project.run('rules', 'schema')).stdout;
  server = await LanguageServer.start(join(project.folder, 'rules'));
});
afterAll(async () => {
  await server?.stop();
  await project?.remove();
});

const labels = async (marked: string): Promise<readonly string[]> =>
  (await server.complete(MODELINE + marked)).map(({ label }) => label);

/** Lines count without the modeline, from 1. */
const place = ({ range }: Diagnostic): string =>
  `${range.start.line}:${range.start.character + 1}-${range.end.character + 1}`;

describe('tidemark rules schema', () => {
  test('says what it wrote and how an editor finds it', () => {
    expect(said).toBe(`rules/.tidemark.schema.json written with 1 metric, 1 rule, 3 events, 4 traits
An editor uses it for files that begin with: ${MODELINE}`);
  });

  test('writes to another file, or to standard output', async () => {
    const beside = await readFile(join(project.folder, 'rules', '.tidemark.schema.json'), 'utf8');
    const { stdout } = await project.run('rules', 'schema', '--out', 'elsewhere.json');
    expect(stdout).toMatch(/^elsewhere\.json written with /);
    expect(await project.read('elsewhere.json')).toBe(beside);
    expect((await project.run('rules', 'schema', 'rules', '--out', '-')).stdout).toBe(beside);
  });

  test('says when no database told which events there are', async () => {
    const { stdout } = await project.run('rules', 'schema', '--data', 'nowhere', '--out', 'bare.json');
    expect(stdout).toContain('2 events, 1 trait (events and traits of the rules: no database answered)');
    expect(await project.read('bare.json')).not.toContain('report exported');
  });

  test('fails in one line where it cannot write', async () => {
    const { code, stderr } = await project.run('rules', 'schema', '--out', 'no/such/folder.json');
    expect(stderr).toMatch(/^tidemark: .*no\/such\/folder\.json cannot be written \(ENOENT\)\n$/);
    expect(code).toBe(1);
  });

  test('leaves a file that is no rule file', async () => {
    expect(Object.keys(await readRuleFiles(join(project.folder, 'rules')))).toEqual(['pql.yaml']);
    expect((await project.run('rules', 'check')).stdout).toContain('in 1 file');
  });
});

describe('completion', () => {
  test.each([...METRIC_KINDS.values()].map(({ key, fields }) => [key, Object.keys(fields)]))(
    'after "%s" offers exactly its other keys, in a block',
    async (key, fields) => {
      const others = fields.filter((field) => field !== key);
      expect((await labels(`metrics:\n  m:\n    ${key}: x\n    |\n`)).toSorted()).toEqual(others.toSorted());
    },
  );

  test('and in a line, from the first letter on', async () => {
    expect((await labels('metrics:\n  m: {count: message_sent, w|}\n')).toSorted()).toEqual([
      'half_life',
      'where',
      'window',
    ]);
    expect(await labels('metrics:\n  m: {count: message_sent, window: 7d, where: {a: 1}, h|}\n')).toEqual([
      'half_life',
    ]);
  });

  test('of an empty metric offers every kind, and nothing else', async () => {
    expect(await labels('metrics:\n  m:\n    |\n')).toEqual([...METRIC_KINDS.keys()]);
  });

  test('of an event offers those that were ever seen, with how often', async () => {
    const items = await server.complete(`${MODELINE}metrics:\n  m: {count: |}\n`);
    const seen = items.find(({ label }) => label === 'message_sent');
    expect(seen?.documentation).toBe('received 1 times');
    expect(items.map(({ label }) => label)).toEqual(
      expect.arrayContaining([
        'any',
        'report exported',
        'account.plan',
        'user.role',
        'signal.team_hits_3_messages',
      ]),
    );
    expect(await labels('metrics:\n  m: {count: [message_sent, r|]}\n')).toContain('report exported');
  });

  test('of a metric that another is made from offers the names of metrics, traits and scores', async () => {
    expect(await labels('metrics:\n  m: {change: |}\n')).toEqual(
      expect.arrayContaining(['messages_ever', 'account.seats', 'account.age_days']),
    );
  });

  test('of a window offers common ones', async () => {
    expect(await labels('metrics:\n  m: {count: a, window: |}\n')).toEqual(
      expect.arrayContaining(['28d', '3mo', 'ever', 'first 14d']),
    );
  });

  test.each([
    ['a condition', 'when: {m|}'],
    ['a part of one', 'when:\n      any:\n        - |'],
  ])('of the keys of %s offers subjects', async (_, text) => {
    expect(await labels(`rules:\n  r:\n    kind: pql\n    ${text}\n`)).toEqual(
      expect.arrayContaining([
        ...['all', 'any', 'none', 'at_least', 'segment'],
        ...['messages_ever', 'account.plan', 'account.age_days', 'champion.idle_days'],
        'signal.team_hits_3_messages',
      ]),
    );
  });

  test('of a test offers those that fit the subject', async () => {
    expect(await labels('rules:\n  r:\n    when: {messages_ever: {g|}}\n')).toEqual([
      'gt',
      'gte',
      'lt',
      'lte',
      'between',
      'in',
      'exists',
      'not',
    ]);
    expect(await labels('rules:\n  r:\n    when: {signal.team_hits_3_messages: |}\n')).toEqual([
      'open',
      'closed',
    ]);
  });

  test('of a rule offers what may stand there, and what it may say', async () => {
    expect(await labels('rules:\n  r:\n    |\n')).toEqual(
      expect.arrayContaining(['kind', 'when', 'resolve_when', 'cooldown', 'outcome', 'max_new_per_day']),
    );
    expect(await labels('rules:\n  r:\n    kind: |\n')).toContain('churn_risk');
    expect(await labels('rules:\n  r:\n    notify: |\n')).toContain('out');
    expect(await labels('rules:\n  r:\n    stage: |\n')).toEqual(['live', 'shadow', 'draft']);
  });
});

describe('completion of tests beside the rules', () => {
  test('offers rules, metrics and what is expected of them', async () => {
    const test = 'tests:\n  - name: a\n    expect:\n      - day: 2026-03-01\n        ';
    expect(await labels(`${test}|\n`)).toEqual(
      expect.arrayContaining(['account', 'team_hits_3_messages', 'messages_ever', 'account.plan']),
    );
    expect(await labels(`${test}team_hits_3_messages: |\n`)).toEqual([
      ...['none', 'pending', 'open', 'recovering', 'resolved'],
    ]);
  });
});

describe('hover', () => {
  test.each([
    ['a kind of metric', 'metrics:\n  m: {co|unt: message_sent, window: 30d}\n', 'How many events'],
    ['a window', 'metrics:\n  m: {count: a, wind|ow: 30d}\n', '30d is the day and the 29 before it'],
    [
      'a key of a kind',
      'metrics:\n  m: {count: a, window: 7d, half|_life: 7d}\n',
      'An event weighs half as much',
    ],
    ['an event', 'metrics:\n  m: {count: mess|age_sent, window: 30d}\n', 'received 1 times'],
    [
      'a metric in a condition',
      'rules:\n  r:\n    when: {messages|_ever: {gte: 3}}\n',
      '{count: message_sent, window: ever}',
    ],
    ['a key of a rule', 'rules:\n  r:\n    cool|down: 3d\n', 'may not open again'],
    ['a test', 'rules:\n  r:\n    when: {messages_ever: {g|te: 3}}\n', 'At least'],
  ])('explains %s', async (_, marked, told) => {
    expect(await server.hover(MODELINE + marked)).toContain(told);
  });
});

describe('diagnostics', () => {
  test.each([
    [
      'a misspelt key of a metric',
      'metrics:\n  m: {count: message_sent, windw: 30d, window: 3d}\n',
      '2:28-33',
    ],
    [
      'a misspelt key of a rule',
      'rules:\n  r:\n    kind: pql\n    when: true\n    cool_down: 3d\n',
      '5:5-14',
    ],
    ['an unknown test', 'rules:\n  r:\n    kind: pql\n    when: {messages_ever: {gtee: 5}}\n', '4:28-32'],
    ['a window in hours', 'metrics:\n  m: {count: message_sent, window: 24h}\n', '2:36-39'],
    ['a key of another kind', 'metrics:\n  m: {users: any, window: 7d, half_life: 3d}\n', '2:31-40'],
  ])('mark %s where it stands', async (_, text, at) => {
    expect((await server.diagnose(MODELINE + text)).map(place)).toEqual([at]);
  });

  test('say what to write instead of hours', async () => {
    const [told] = await server.diagnose(`${MODELINE}metrics:\n  m: {count: message_sent, window: 24h}\n`);
    expect(told?.message).toContain('Write days such as 30d');
  });
});

test('the rules that ship, their tests and the examples of the guide are marked nowhere', async () => {
  const folder = join(project.folder, 'shipped');
  await mkdir(folder);
  const texts = await soundTexts();
  expect(texts.size).toBeGreaterThan(10);
  for (const [name, text] of texts) await writeFile(join(folder, name), text);
  await project.run('rules', 'schema', 'shipped');
  const own = await LanguageServer.start(folder);
  try {
    for (const [name, text] of texts) {
      const told = await own.diagnose(MODELINE + text);
      expect([name, ...told.map((one) => `${place(one)} ${one.message}`)]).toEqual([name]);
    }
  } finally {
    await own.stop();
  }
});

/** By name: every file of rules/, and every example of docs/rules.md. */
async function soundTexts(): Promise<ReadonlyMap<string, string>> {
  const names = (await readdir('rules')).filter((name) => name.endsWith('.yaml'));
  const shipped = names.map(
    async (name): Promise<[string, string]> => [name, await readFile(join('rules', name), 'utf8')],
  );
  const guide = await readFile('docs/rules.md', 'utf8');
  const examples = [...guide.matchAll(/```yaml\n([\s\S]*?)```/g)].map(
    ([, text = ''], index): [string, string] => [`example-${index + 1}.yaml`, text],
  );
  return new Map([...(await Promise.all(shipped)), ...examples]);
}
