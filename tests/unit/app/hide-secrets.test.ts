// What must never stand in a log: every secret that the configuration takes, in every form that an error may give it.
import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { serverSecrets } from '../../../src/app/config/server-secrets.ts';
import { createLogger } from '../../../src/app/create-logger.ts';
import { hideSecrets } from '../../../src/app/hide-secrets.ts';

function logTo(secrets: readonly string[], isTTY: boolean) {
  const lines: string[] = [];
  const output = { isTTY, write: (line: string) => lines.push(line) };
  const environment = { LOG_LEVEL: 'trace' };
  return { lines, logger: createLogger({ environment, output, secrets }) };
}

/** Any text from the shortest write key on; and no piece of what a line has anyway. */
const secretText = fc
  .oneof(fc.string({ minLength: 8, maxLength: 40, unit: 'grapheme' }), fc.base64String({ minLength: 8 }))
  .filter((text) => text.trim() === text && !/^[\s[\]secrt-]*$/.test(text));

/** Each is a place where a library or we may repeat a secret. */
function logEverywhere(logger: ReturnType<typeof logTo>['logger'], secret: string): void {
  const cause = new Error(`connect ECONNREFUSED redis://:${encodeURIComponent(secret)}@redis:6379`);
  logger.error({ err: new Error(`401 for ${secret}`, { cause }) }, `failed with ${secret}`);
  logger.warn({ kafka: { message: secret, deep: [{ er: secret }] } }, 'kafka');
  logger.info({ url: `https://x.example/?token=${encodeURIComponent(secret)}` }, 'asked');
  logger.info({ body: JSON.stringify({ writeKey: secret }) }, JSON.stringify({ any: secret }));
  logger.debug({ headers: { authorization: `Basic ${Buffer.from(`${secret}:`).toString('base64')}` } });
  logger.info(`Basic ${Buffer.from(`${secret}:`).toString('base64')}`);
  logger.info({ text: JSON.stringify(JSON.stringify({ any: secret })) }, 'twice');
  logger.fatal(
    Object.assign(new AggregateError([new Error(secret)], 'all failed'), { remote: secret }),
    'end',
  );
}

const contains = (text: string, secret: string): boolean =>
  [
    secret,
    JSON.stringify(secret).slice(1, -1),
    Buffer.from(secret).toString('base64').replace(/=+$/, ''),
  ].some((form) => text.includes(form));

describe('no line has a secret in it', () => {
  for (const [form, isTTY] of [
    ['text', true],
    ['JSON', false],
  ] as const)
    test(`as ${form}, whatever the secret is made of and wherever it stands`, () => {
      fc.assert(
        fc.property(secretText, (secret) => {
          const { lines, logger } = logTo([secret], isTTY);
          logEverywhere(logger, secret);
          expect(lines).toHaveLength(8);
          // Only what a line says of itself may look like one.
          const ours = lines.map((line) => line.replace(/^.{8} \w+ */, '').replace(/"(time|pid)":\d+/g, ''));
          expect(ours.filter((line) => contains(line, secret))).toEqual([]);
        }),
      );
    });

  test('nor the password of a server, as it is written, decoded, or sent', () => {
    const environment = {
      CLICKHOUSE_URL: 'http://tide:p%40ss%2Fw0rd@clickhouse:8123',
      REDIS_URL: 'rediss://:sesame@redis:6379/2',
      KAFKA_BROKERS: 'app:k4fka@one:9092, app:k4fka@two:9092',
    };
    const hide = hideSecrets(serverSecrets(environment));
    const text = Object.values(environment).join(' ');
    const said = hide(`${text} p@ss/w0rd sesame k4fka Basic ${btoa('tide:p@ss/w0rd')} ${btoa('app:k4fka')}`);
    for (const secret of [
      'p%40ss',
      'p@ss',
      'w0rd',
      'sesame',
      'k4fka',
      btoa('tide:p@ss/w0rd'),
      btoa('app:k4fka'),
    ])
      expect(said).not.toContain(secret);
    expect(said).toContain('@clickhouse:8123');
  });

  test('a password of three letters is hidden where it stands alone, and words keep theirs', () => {
    const hide = hideSecrets(serverSecrets({ CLICKHOUSE_URL: 'http://default:abc@localhost:8123' }));
    expect(hide('password "abc" of http://default:abc@localhost, abcess')).toBe(
      'password "[secret]" of http://[secret]@localhost, abcess',
    );
  });

  test('an address of a hook gives away neither its token nor its query', () => {
    const hook = 'https://hooks.example/services/T0000/XXXXXXXXXXXXXXXXXXXXXXXX?sig=abcd1234';
    const said = hideSecrets([hook])(`404 for ${hook}, /services/T0000/XXXXXXXXXXXXXXXXXXXXXXXX, abcd1234`);
    expect(said).not.toMatch(/XXXX|abcd1234/);
  });
});

test.each([
  ['authorization: Bearer wk.0123-abc', 'authorization: Bearer [secret]'],
  ['amqp://user:pw@host/x', 'amqp://[secret]@host/x'],
  ['secret whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw here', 'secret [secret] here'],
  ['{"api_key":"phc_123","event":"a"}', '{"api_key":"[secret]","event":"a"}'],
  ['{\\"writeKey\\":\\"abc\\",\\"b\\":1}', '{\\"writeKey\\":\\"[secret]\\",\\"b\\":1}'],
  ['x-clickhouse-key: abc12345, api-key: "xyz98765"', 'x-clickhouse-key: [secret], api-key: "[secret]"'],
  ['{"api-key":"phc_123","X-ClickHouse-Key":"p"}', '{"api-key":"[secret]","X-ClickHouse-Key":"[secret]"}'],
  ['GET /e/?api_key=phc_123&v=1', 'GET /e/?api_key=[secret]&v=1'],
])('what looks like a secret is hidden though nobody named it: %s', (text, hidden) => {
  expect(hideSecrets([])(text)).toBe(hidden);
});

test('a secret is hidden in base64 wherever it stands in what was encoded, for addresses too', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 9 }), fc.string({ maxLength: 9 }), (before, after) => {
      const secret = 'p?ss~w>rd/~~?1';
      for (const form of ['base64', 'base64url'] as const) {
        const said = hideSecrets([secret])(`sent ${Buffer.from(before + secret + after).toString(form)}`);
        expect(said).toContain('[secret]');
        expect(Buffer.from(said.slice(5).replace('[secret]', ''), form).toString()).not.toContain('w>rd');
      }
    }),
  );
});

test('whatever stands beneath the name of a secret is one, objects too', () => {
  const { lines, logger } = logTo([], false);
  logger.info({ password: { value: 'abc', of: ['def', { n: 123456 }] }, headers: { 'api-key': ['ghi'] } });
  expect(lines.join('')).not.toMatch(/abc|def|123456|ghi/);
});

test('sentences about secrets stay as they are', () => {
  const text =
    'Send a write key as the user name of Basic authentication, as a Bearer token, or as "writeKey".';
  expect(hideSecrets([])(text)).toBe(text);
});

test('a value under the name of a secret is one, at any depth; the details of an error too', () => {
  const { lines, logger } = logTo([], false);
  logger.info({ a: { b: [{ Authorization: 'x', api_key: 'y', password: 'z' }] }, key: { sink: 'crm' } });
  logger.error({
    err: Object.assign(new Error('no'), { config: { headers: { authorization: 'abcdefg' } } }),
  });
  expect(lines.join('')).not.toMatch(/"[xyz]"|abcdefg/);
  expect(lines[0]).toContain('"key":{"sink":"crm"}');
  expect(inspect(lines)).not.toContain('abcdefg');
});
