// tidemark.yaml: what it may say, and that every mistake is told at its place, all at once.
import { describe, expect, test } from 'vitest';
import { readConfig } from '../../../../src/app/config/read-config.ts';

const environment = {
  TIDEMARK_WRITE_KEY: 'a-long-write-key',
  HUBSPOT_TOKEN: 'pat-eu1-secret',
  HOOK_SECRET: `whsec_${Buffer.alloc(32, 7).toString('base64')}`,
};

const read = (
  text: string,
  { env = environment, needsSecrets = true }: { env?: object; needsSecrets?: boolean } = {},
) => readConfig({ file: 'tidemark.yaml', text, environment: env as Record<string, string>, needsSecrets });

/** `line:column code message` of each problem. */
const problemsOf = (text: string, options: Parameters<typeof read>[1] = {}): readonly string[] => {
  const result = read(text, options);
  if (result.ok) return [];
  return result.problems.map(
    ({ position: { line, column }, code, message }) => `${line}:${column} ${code} ${message}`,
  );
};

const configOf = (text: string, options: Parameters<typeof read>[1] = {}) => {
  const result = read(text, options);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.config;
};

describe('tidemark.yaml', () => {
  test('may be empty: then everything is embedded, in UTC, on loopback', () => {
    expect(configOf('')).toMatchObject({
      timezone: 'UTC',
      rules: './rules',
      data: './.tidemark',
      listen: { host: '127.0.0.1', port: 8080 },
      retentionMonths: undefined,
      writeKeys: [],
      writeKeyNames: [],
      allowedOrigins: undefined,
      limits: {},
    });
    expect(configOf('# nothing yet\n').sinks.size).toBe(0);
  });

  test('says where readers are served; without the password, which only some commands need, that is unknown', () => {
    const text = `reader: {listen: 127.0.0.1:8123, password: \${TIDEMARK_WRITE_KEY}}`;
    const place = { listen: { host: '127.0.0.1', port: 8123 }, password: 'a-long-write-key' };
    expect(configOf(text).reader).toEqual(place);
    expect(configOf(text, { env: {}, needsSecrets: false }).reader).toBe('unknown');
    expect(configOf('').reader).toBe('automatic');
    expect(
      problemsOf('reader: {listen: 0.0.0.0:8123, password: word}').map((line) => line.slice(0, 10)),
    ).toEqual(['1:18 G006 ', '1:42 G005 ']);
    expect(problemsOf('reader: {listen: 127.0.0.1:8123}').join()).toContain('reader.password is missing');
  });

  test('names write keys whose variables are not set, for commands that collect nothing', () => {
    const text = `write_keys: [{name: web, key: \${NOT_SET_1}}, {name: app, key: \${TIDEMARK_WRITE_KEY}}]`;
    expect(configOf(text, { needsSecrets: false })).toMatchObject({
      writeKeys: [],
      writeKeyNames: ['web', 'app'],
    });
  });

  test('takes the origins of websites, and nothing that looks like one', () => {
    const text = 'allowed_origins: [https://app.example.com, "http://localhost:3000"]';
    expect(configOf(text).allowedOrigins).toEqual(['https://app.example.com', 'http://localhost:3000']);
    for (const origin of ['https://app.example.com/', 'app.example.com', '*', 'https://App.example.com']) {
      expect(read(`allowed_origins: ["${origin}"]`).ok).toBe(false);
    }
  });

  test('is read as the documentation shows it', () => {
    const config = configOf(`
timezone: Europe/Berlin
rules: ./growth
data: ./data
listen: "[::1]:9090"
retention: 25mo
write_keys: [{name: web, key: \${TIDEMARK_WRITE_KEY}}]
sinks:
  crm:  {type: hubspot, token: \${HUBSPOT_TOKEN}, key_property: tidemark_account_id, fields: {pql_score: score.adoption}}
  hook: {type: webhook, url: "https://example.com/hook", secret: "\${HOOK_SECRET}"}
routes: {pql: [crm], churn_risk: [hook, crm]}
`);
    expect(config.timezone).toBe('Europe/Berlin');
    expect(config.listen).toEqual({ host: '::1', port: 9090 });
    expect(config.retentionMonths).toBe(25);
    expect(config.writeKeys).toEqual([{ name: 'web', key: 'a-long-write-key' }]);
    expect(config.sinks.get('crm' as never)).toMatchObject({ type: 'hubspot', token: 'pat-eu1-secret' });
    expect(config.routes.get('churn_risk')).toEqual(['hook', 'crm']);
  });

  test('tells every mistake at once, each where it stands', () => {
    const text = `timezone: Europe/Berln
listen: 0.0.0.0:8080
retention: 3y
write_keys: [{name: web, key: \${NO_SUCH_KEY}}, {name: app, key: literally}]
sinks:
  crm: {type: hubspot, token: \${HUBSPOT_TOKEN}, fieldz: {a: b}}
  old: {type: fax}
  hook: {type: webhook, url: 7}
routes: {pql: [crm, nobody]}
colour: red
`;
    expect(problemsOf(text)).toEqual([
      '1:11 G003 timezone: "Europe/Berln" is not a time zone; write its IANA name, such as Europe/Berlin',
      expect.stringMatching(/^2:9 G006 listen can be reached by others/),
      '3:12 G003 retention: "3y" is no retention; write "forever", or months such as 25mo',
      '4:31 G004 the environment has no variable NO_SUCH_KEY',
      '4:65 G005 "key" is written into the file; secrets come only from the environment',
      '6:49 G002 unknown key "fieldz" in sinks.crm',
      '7:15 G003 sinks.old has a type that is not known',
      '8:3 G003 sinks.hook.secret is missing',
      '8:30 G003 sinks.hook.url must be an http or https address',
      '9:21 G007 routes.pql: "nobody" is no sink of this file',
      '10:1 G002 unknown key "colour"',
    ]);
  });

  test('limits what is collected, in sizes that people write', () => {
    const text = 'limits: {event: 64kB, request: 2MB, pending_events: 5000, pending_bytes: 16 MB}';
    expect(configOf(text).limits).toEqual({
      maxItemBytes: 65_536,
      maxRequestBytes: 2_097_152,
      maxPendingEvents: 5000,
      maxPendingBytes: 16_777_216,
    });
  });

  test.each([
    ['{event: 32}', 'limits.event must be a size such as 500kB or 8MB'],
    ['{event: 32kb}', 'limits.event: "32kb" is no size; write it as 500kB or 8MB'],
    ['{event: 1MB}', 'limits.event: "1MB" is not between 1kB and 512kB'],
    ['{event: 64kB, request: 32kB}', 'limits.request must be no less than the limit of an event'],
    ['{pending_events: 0}', 'limits.pending_events must be at least 1'],
    ['{queue: 5}', 'unknown key "queue" in limits'],
  ])('refuses limits: %s', (limits, message) => {
    expect(problemsOf(`limits: ${limits}`)).toEqual([expect.stringContaining(message)]);
  });

  test('tells a syntax error where it is', () => {
    expect(problemsOf('sinks: {crm: [}\n')[0]).toMatch(/^1:\d+ G001 not readable: /);
  });

  test('metrics have an address of their own where one is set, on loopback as all', () => {
    expect(configOf('').metrics).toBeUndefined();
    expect(configOf('metrics: 127.0.0.1:9464').metrics).toEqual({ host: '127.0.0.1', port: 9464 });
    expect(problemsOf('metrics: 0.0.0.0:9464')).toEqual([
      expect.stringMatching(/^1:10 G006 metrics can be reached/),
    ]);
  });

  test.each(['127.0.0.1:80', 'localhost:0', '"[::1]:80"'])('may listen on %s', (listen) => {
    expect(problemsOf(`listen: ${listen}`)).toEqual([]);
  });

  test.each(['192.168.1.7:80', '0.0.0.0:80', 'example.com:80', '"[::]:80"', '8080', '127.0.0.1'])(
    'may not listen on %s',
    (listen) => {
      expect(problemsOf(`listen: ${listen}`)).toHaveLength(1);
    },
  );
});

describe('a secret', () => {
  test('in the file is refused, even in part', () => {
    const literal = 'sinks: {crm: {type: hubspot, token: pat-literal}}';
    const part = `sinks: {crm: {type: hubspot, token: "pat-\${HUBSPOT_TOKEN}"}}`;
    for (const text of [literal, part]) expect(problemsOf(text).join()).toContain('G005 "token"');
  });

  test('is never told in a problem', () => {
    const text = `sinks: {hook: {type: webhook, url: "https://example.com", secret: \${HUBSPOT_TOKEN}}}`;
    expect(problemsOf(text).join()).toContain('sinks.hook.secret');
    expect(problemsOf(text).join()).not.toContain('pat-eu1-secret');
  });

  test('cannot change what the file says, whatever is in it', () => {
    const env = { TIDEMARK_WRITE_KEY: 'x}], listen: 0.0.0.0:80 # "\n\\' };
    const config = configOf(`write_keys: [{name: web, key: \${TIDEMARK_WRITE_KEY}}]`, { env });
    expect(config.writeKeys[0]?.key).toBe(env.TIDEMARK_WRITE_KEY);
    expect(config.listen.host).toBe('127.0.0.1');
    expect(config.secrets).toEqual([env.TIDEMARK_WRITE_KEY]);
  });

  test('that is not set is no matter to a command that sends nothing', () => {
    const text = `write_keys: [{name: web, key: \${NOT_SET_1}}]
sinks:
  crm: {type: hubspot, token: \${NOT_SET_2}}
  out: {type: file, path: out.ndjson}
routes: {pql: [crm, out]}
`;
    expect(problemsOf(text)).toHaveLength(2);
    const config = configOf(text, { needsSecrets: false });
    expect([...config.sinks.keys()]).toEqual(['out']);
    expect(config.sinkNames).toEqual(['crm', 'out']);
    expect(problemsOf(`data: \${NOT_SET_3}`, { needsSecrets: false })).toHaveLength(1);
  });
});
