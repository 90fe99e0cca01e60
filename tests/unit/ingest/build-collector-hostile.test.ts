// What no client of ours sends: nothing of it may throw, hang, or cost the next request.
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BASIC, eventsIn, segmentTrack, startCollector } from './start-collector.ts';

type Collector = ReturnType<typeof startCollector>;

let collector: Collector;
let address: URL;

beforeEach(async () => {
  collector = startCollector({ limits: { bodyMillis: 1000 } });
  address = new URL(await collector.listen());
});

afterEach(async () => {
  // Whatever came before: the collector still takes what is good, and has told of every request once.
  const answeredBefore = collector.answered.length;
  expect(await collector.post('/v1/track', segmentTrack)).toMatchObject({ status: 200 });
  expect(eventsIn(collector.published)).toContainEqual(expect.objectContaining({ id: 'm1' }));
  expect(collector.answered).toHaveLength(answeredBefore + 1);
  await collector.app.close();
});

const send = (
  path: string,
  body: string | Uint8Array,
  headers: Record<string, string> = {},
): Promise<Response> =>
  fetch(new URL(path, address), { method: 'POST', body, headers: { ...BASIC, ...headers } });

const reasons = async (response: Response): Promise<readonly string[]> => {
  const { verdicts } = (await response.json()) as {
    readonly verdicts: readonly { readonly reason?: string }[];
  };
  return verdicts.map(({ reason = 'accepted' }) => reason);
};

describe('a body that is too large', () => {
  it('of ten megabytes is heard out and answered 413', async () => {
    const large = 'x'.repeat(10_000_000);
    expect((await send('/v1/events', large)).status).toBe(413);
    const unknown = await fetch(new URL('/v1/events', address), { method: 'POST', body: large });
    expect(unknown.status).toBe(413);
    expect(collector.rejected).toMatchObject([{ rejection: { reason: 'too_large' } }]);
  });

  it('once unpacked is not unpacked', async () => {
    const bomb = gzipSync(Buffer.alloc(200_000_000));
    expect(bomb.length).toBeLessThan(500 * 1024);
    expect((await send('/v1/batch', bomb, { 'content-encoding': 'gzip' })).status).toBe(413);
  });
});

describe('a body that cannot be read', () => {
  it.each([
    ['gzip that is broken', Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3]), 'invalid_gzip'],
    [
      'gzip that is cut off',
      gzipSync(JSON.stringify({ batch: [segmentTrack] })).subarray(0, 40),
      'invalid_gzip',
    ],
    ['bytes that are no UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]), 'invalid_utf8'],
    ['nothing', Buffer.alloc(0), 'invalid_json'],
    ['a form without JSON', Buffer.from('data=%7Boops&x=1'), 'invalid_json'],
    ['an array', Buffer.from('[]'), 'invalid_json'],
    ['an object without "batch"', Buffer.from('{}'), 'invalid_body'],
    ['a "batch" that is an object', Buffer.from('{"batch":{"0":{}}}'), 'invalid_body'],
    ['a "batch" that is null', Buffer.from('{"batch":null}'), 'invalid_body'],
  ])('as %s is answered 400', async (_, body, code) => {
    const response = await send('/v1/batch', body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ success: false, error: { code } });
    expect(collector.published).toEqual([]);
  });

  it.each([['a&'], ['a=&'], ['a=x&'], ['data&']])(
    'as a form of many fields %s costs a stranger’s request no time',
    async (field) => {
      const packed = gzipSync(`a=x&${field.repeat(500_000 / field.length)}`);
      const started = performance.now();
      const response = await fetch(new URL('/v1/batch', address), { method: 'POST', body: packed });
      expect(response.status).toBe(400);
      expect(performance.now() - started).toBeLessThan(1500);
    },
  );

  it('as data whose content type is long costs no time', async () => {
    const event = { specversion: '1.0', id: '1', source: 's', type: 't', subject: 'a', data_base64: 'YWI=' };
    const events = Array.from({ length: 15 }, () => ({
      ...event,
      datacontenttype: `${' '.repeat(31_000)}x`,
    }));
    const started = performance.now();
    await send('/events', JSON.stringify(events));
    await send('/v1/track', '{}', {
      'content-type': `${'a'.repeat(5000)}/${'b'.repeat(3000)}${' '.repeat(4000)}x`,
    });
    expect(performance.now() - started).toBeLessThan(1500);
  });

  it('for its coding is answered 415', async () => {
    expect((await send('/v1/batch', '{}', { 'content-encoding': 'br' })).status).toBe(415);
  });
});

describe('an item', () => {
  it.each([
    ['arrays', `${'['.repeat(10_000)}${']'.repeat(10_000)}`],
    ['objects', `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`],
  ])('of %s that nest thousands deep is refused alone', async (_, deep) => {
    const message = JSON.stringify(segmentTrack).replace('}}', `},"properties":{"deep":${deep}}}`);
    const response = await send(
      '/v1/batch?verdicts=1',
      `{"batch":[${message},${JSON.stringify(segmentTrack)}]}`,
    );
    const [first, second] = await reasons(response);
    expect(['nested_too_deep', 'too_large']).toContain(first);
    expect(second).toBe('accepted');
    expect(await reasons(await send('/v1/events', `[${deep}]`))).not.toContain('accepted');
    expect((await send('/v1/track', message)).status).toBe(200);
  });

  it('with the names of JavaScript’s own properties keeps them as data, and changes no object', async () => {
    const properties =
      '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"toString":"x"}';
    const message = `{"type":"track","messageId":"p","userId":"ann","event":"e","properties":${properties},"__proto__":{"userId":"eve","type":"alias"}}`;
    const response = await send(
      '/v1/batch?verdicts=1',
      `{"batch":[${message}],"__proto__":{"writeKey":"x"}}`,
    );
    expect(await reasons(response)).toEqual(['accepted']);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(String(collector.published[0]?.value)).toContain(`"properties":${properties}`);
    expect(eventsIn(collector.published)).toMatchObject([{ type: 'track', userId: 'ann' }]);
  });

  it.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])('may call itself %s', async (name) => {
    const message = { type: 'track', messageId: name, userId: name, event: name, context: { groupId: name } };
    expect(await reasons(await send('/v1/batch?verdicts=1', JSON.stringify({ batch: [message] })))).toEqual([
      'accepted',
    ]);
    expect(await reasons(await send('/v1/events', JSON.stringify({ type: name })))).toEqual(['unknown_type']);
  });

  it('of the wrong type in any place has a verdict', async () => {
    const wrong = [null, true, 7, 'x', [], {}, [[]]];
    const batch = [
      ...wrong,
      ...[
        'type',
        'messageId',
        'userId',
        'event',
        'context',
        'properties',
        'timestamp',
        'anonymousId',
      ].flatMap((field) => wrong.map((value) => ({ ...segmentTrack, [field]: value }))),
    ];
    const response = await send('/v1/batch?verdicts=1', JSON.stringify({ batch, context: 7 }));
    expect(response.status).toBe(200);
    expect(await reasons(response)).toHaveLength(batch.length);
  });

  it('may be one of a hundred thousand that are empty', async () => {
    const body = `{"batch":[${Array.from({ length: 100_000 }, () => '{}').join()}]}`;
    const response = await send('/v1/batch?verdicts=1', body);
    expect(response.status).toBe(200);
    expect(new Set(await reasons(response))).toEqual(new Set(['unknown_type']));
    expect(collector.rejected).toHaveLength(100_000);
  });
});

describe('on the wire', () => {
  const body = JSON.stringify(segmentTrack);
  const head = (extra: string): string =>
    `POST /v1/track HTTP/1.1\r\nHost: x\r\nAuthorization: ${BASIC.authorization}\r\n${extra}\r\n`;
  const chunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`;

  it('chunks are put together', async () => {
    const chunked = `${chunk(body.slice(0, 9))}${chunk(body.slice(9))}0\r\n\r\n`;
    const heard = await talk(`${head('Transfer-Encoding: chunked\r\nConnection: close\r\n')}${chunked}`);
    expect(heard).toContain('HTTP/1.1 200');
    expect(collector.published).toHaveLength(1);
  });

  it('chunks that are none, or never end, end the connection', async () => {
    const bad = await talk(`${head('Transfer-Encoding: chunked\r\n')}zz\r\n`);
    expect(bad).toContain('HTTP/1.1 400');
    const endless = await talk(`${head('Transfer-Encoding: chunked\r\n')}${chunk(body)}`);
    expect(endless).toContain('HTTP/1.1 408');
    expect(collector.published).toEqual([]);
  });

  it('a request without length and chunks has no body', async () => {
    const heard = await talk(`${head('Connection: close\r\n')}${body}`);
    expect(heard).toContain('HTTP/1.1 400');
    expect(collector.published).toEqual([]);
  });

  it('a length that is too short cuts the body, and what follows is no request', async () => {
    const heard = await talk(`${head(`Content-Length: ${body.length - 5}\r\n`)}${body}`);
    expect(heard).toContain('HTTP/1.1 400');
    expect(collector.published).toEqual([]);
  });

  it('a length that is too long is waited for, but not long', async () => {
    expect(await talk(`${head(`Content-Length: ${body.length + 5}\r\n`)}${body}`)).toContain('HTTP/1.1 408');
    expect(collector.published).toEqual([]);
  });

  it('a length beyond all limits is no reason to make room for it', async () => {
    const heard = await talk(`${head('Content-Length: 9007199254740991\r\n')}${body}`);
    expect(heard).toContain('HTTP/1.1 408');
  });

  it('a body that breaks off is kept from being an event', async () => {
    const socket = connect(Number(address.port), address.hostname);
    socket.write(`${head(`Content-Length: ${body.length}\r\n`)}${body.slice(0, -1)}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
    socket.destroy();
    await vi.waitFor(() => expect(collector.answered).toMatchObject([{ status: 400 }]));
    expect(collector.published).toEqual([]);
  });
});

/** Sends bytes and resolves with all that comes back until the other side closes. */
function talk(bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let heard = '';
    const socket = connect(Number(address.port), address.hostname, () => socket.write(bytes));
    socket.on('data', (data) => {
      heard += data;
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(heard));
  });
}
