// CloudEvents in all the ways that they come: one event, however it was sent.
import { CloudEvent, HTTP, Kafka } from 'cloudevents';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCloudEvents } from '../../../../src/ingest/collector/read-cloud-events.ts';
import { decodeDeadLetter } from '../../../../src/ingest/decode-dead-letter.ts';
import { decodeLogged } from '../../../../src/ingest/decode-message.ts';
import { decodeCloudEvent } from '../../../../src/ingest/formats/decode-cloud-event.ts';
import type { Decoded } from '../../../../src/ingest/read-fields.ts';
import type { CanonicalEvent } from '../../../../src/model/event.ts';
import { RECEIVED_AT } from '../build.ts';

const CONTEXT = { receivedAt: RECEIVED_AT };
const AT = '2026-03-01T09:30:00.120Z';

const wire = (fields: object = {}): object => ({
  specversion: '1.0',
  id: 'e1',
  source: '/chat',
  type: 'message_sent',
  subject: 'acme',
  time: AT,
  userid: 'ann',
  data: { channel: 'general' },
  ...fields,
});

function accept(sent: object): CanonicalEvent {
  const decoded = decodeCloudEvent(sent, CONTEXT);
  if (!decoded.ok) throw new Error(`${decoded.rejection.reason}: ${decoded.rejection.detail}`);
  return decoded.event;
}

const refusal = (sent: unknown) => {
  const decoded = decodeCloudEvent(sent, CONTEXT);
  return decoded.ok ? undefined : decoded.rejection;
};

const http = (body: string | Buffer, headers: Record<string, string> = {}): readonly Decoded[] =>
  readCloudEvents(
    { body: Buffer.isBuffer(body) ? body : Buffer.from(body), headers },
    { context: CONTEXT, maxItemBytes: 32_768 },
  ).items.flatMap(({ decoded }) => decoded);

describe('a CloudEvent', () => {
  it('is what happened in the account that is its subject', () => {
    expect(accept(wire())).toEqual({
      type: 'track',
      id: '/chat e1',
      idDerived: false,
      timestamp: Date.parse(AT),
      event: 'message_sent',
      accountId: 'acme',
      userId: 'ann',
      properties: { channel: 'general' },
    });
  });

  it('is another one when it comes from another source under the same id', () => {
    expect(accept(wire({ source: '/mail' })).id).not.toBe(accept(wire()).id);
    expect(accept(wire({ source: 'a b', id: 'c' })).id).not.toBe(accept(wire({ source: 'a', id: 'b c' })).id);
  });

  it.each<[string, unknown, object]>([
    ['an object', { a: 1, user_id: 'bob' }, { a: 1, user_id: 'bob' }],
    ['a text', 'hello', { data: 'hello' }],
    ['an array', [1, 2], { data: [1, 2] }],
    ['zero', 0, { data: 0 }],
    ['null', null, {}],
    ['nothing', undefined, {}],
  ])('with %s for data has it among its properties', (_, data, properties) => {
    expect(accept(wire({ data }))).toMatchObject({ properties });
    expect(Object.keys((accept(wire({ data })) as { properties: object }).properties)).toEqual(
      Object.keys(properties),
    );
  });

  it.each<[string, string | undefined, string, object]>([
    ['JSON', 'application/json', '{"a":1}', { a: 1 }],
    ['JSON of another name', 'application/vnd.x+json; charset=utf-8', '{"a":1}', { a: 1 }],
    ['JSON when nothing is said of them', undefined, '{"a":1}', { a: 1 }],
    ['text', 'text/plain', 'Grüße', { data: 'Grüße' }],
    ['XML', 'application/xml', '<a/>', { data: '<a/>' }],
    ['anything else', 'application/octet-stream', 'abc', { data_base64: 'YWJj' }],
  ])('may bring its data as bytes: %s', (_, datacontenttype, text, properties) => {
    const data_base64 = Buffer.from(text).toString('base64');
    expect(accept(wire({ data: undefined, data_base64, datacontenttype }))).toMatchObject({ properties });
  });

  it('has its user in the extension, else in the data, where that is an id', () => {
    expect(accept(wire({ data: { user_id: 'bob' } })).userId).toBe('ann');
    expect(accept(wire({ userid: undefined, data: { user_id: 7 } })).userId).toBe('7');
    expect(accept(wire({ userid: undefined, data: { user_id: { a: 1 } } })).userId).toBeUndefined();
  });

  it('without a time happened at the one inside its id, else when it was received', () => {
    const id = '0190a1b2-c3d4-7e5f-8a9b-0123456789ab';
    expect(accept(wire({ id, time: undefined })).timestamp).toBe(0x0190a1b2c3d4);
    expect(accept(wire({ time: undefined })).timestamp).toBe(Math.floor(RECEIVED_AT / 1000));
  });

  it('of Tidemark’s own types says what is true of users and accounts', () => {
    const data = { plan: 'pro', user_id: 'bob' };
    const identify = { type: 'tidemark.identify', userid: undefined };
    expect(accept(wire({ ...identify, data }))).toMatchObject({
      type: 'identify',
      userId: 'bob',
      traits: { plan: 'pro' },
    });
    expect(accept(wire({ ...identify, subject: 'carl', data: {} }))).toMatchObject({ userId: 'carl' });
    const group = accept(wire({ type: 'tidemark.group', data }));
    expect(group).toMatchObject({ type: 'group', accountId: 'acme', userId: 'ann' });
    expect(group).toHaveProperty('traits', { plan: 'pro' });
    expect(accept(wire({ type: 'tidemark.alias', data: { previous_id: 'anon' } }))).toMatchObject({
      type: 'alias',
      userId: 'ann',
      previousId: 'anon',
    });
  });

  it.each<[string, unknown, string, RegExp]>([
    ['is no object', 7, 'not_an_object', /CloudEvent must be one JSON object/],
    [
      'has another version',
      wire({ specversion: '0.3' }),
      'invalid_field',
      /"specversion" must be "1.0".*"0.3"/,
    ],
    ['has no version', wire({ specversion: undefined }), 'invalid_field', /missing/],
    ['has no id', wire({ id: undefined }), 'invalid_field', /needs "id".*missing/],
    ['has a number for id', wire({ id: 7 }), 'invalid_field', /needs "id".*a number/],
    ['has no source', wire({ source: '' }), 'invalid_field', /needs "source".*""/],
    ['has no type', wire({ type: null }), 'invalid_field', /needs "type".*null/],
    ['is of nobody', wire({ subject: '', userid: '' }), 'missing_account_and_user', /./],
    ['has a time in words', wire({ time: 'now' }), 'invalid_timestamp', /./],
    ['has data that is no base64', wire({ data_base64: '%' }), 'invalid_field', /data_base64/],
    ['has bytes that are no JSON', wire({ data_base64: 'ew==' }), 'invalid_json', /content type/],
    ['groups nobody', wire({ type: 'tidemark.group', subject: undefined }), 'missing_account', /./],
  ])('that %s is refused, and told why', (_, sent, reason, detail) => {
    expect(refusal(sent)).toMatchObject({ reason, detail: expect.stringMatching(detail) });
  });

  it('never makes it throw, whatever is in it', () => {
    const field = fc.oneof(fc.jsonValue(), fc.string(), fc.constant(undefined));
    const sent = fc.record({
      specversion: fc.oneof(fc.constant('1.0'), field),
      id: fc.oneof(fc.string(), field),
      source: fc.oneof(fc.string(), field),
      type: fc.oneof(
        fc.constantFrom('tidemark.identify', 'tidemark.group', 'tidemark.alias', 'constructor'),
        field,
      ),
      subject: field,
      userid: field,
      time: field,
      datacontenttype: field,
      data: field,
      data_base64: fc.oneof(fc.base64String(), field),
    });
    fc.assert(
      fc.property(sent, (fields) => void expect(decodeCloudEvent(fields, CONTEXT)).toHaveProperty('ok')),
    );
  });
});

describe('a CloudEvent over HTTP', () => {
  it('in binary mode has its attributes percent-encoded in headers, or in quotes', () => {
    const headers = {
      'content-type': 'application/json',
      'ce-specversion': '1.0',
      'ce-id': '"e\\"1"',
      'ce-source': '/chat',
      'ce-type': 'message_sent',
      'ce-subject': 'acme%20Gr%C3%BC%C3%9Fe',
      'ce-userid': '100%',
    };
    expect(http('{"a":1}', headers)).toMatchObject([
      { ok: true, event: { id: '/chat e"1', accountId: 'acme Grüße', userId: '100%', properties: { a: 1 } } },
    ]);
  });

  it('in binary mode is refused when its data is not the JSON that it should be', () => {
    const headers = {
      'ce-specversion': '1.0',
      'ce-id': 'e',
      'ce-source': 's',
      'ce-type': 't',
      'ce-subject': 'a',
    };
    expect(http('{"a":', headers)).toMatchObject([{ ok: false, rejection: { reason: 'invalid_json' } }]);
  });

  it('in JSON is recognised by what it is, whatever the content type', () => {
    expect(http(JSON.stringify(wire()))).toMatchObject([{ ok: true }]);
    expect(http(JSON.stringify([wire(), wire({ id: '' })]))).toMatchObject([{ ok: true }, { ok: false }]);
    expect(() => http('hello')).toThrow('The body must be a CloudEvent');
  });

  it('refused in binary mode is kept as it came, to be read again with its headers', () => {
    const headers = { 'ce-specversion': '1.0', 'ce-id': 'e', 'ce-source': 's', 'ce-type': 't' };
    const body = Buffer.from([0x7b, 0xff]);
    const sent = { ...headers, 'ce-subject': 'acme' };
    const { items } = readCloudEvents({ body, headers: sent }, { context: CONTEXT, maxItemBytes: 999 });
    expect(items).toMatchObject([{ body, decoded: [{ ok: false, rejection: { reason: 'invalid_json' } }] }]);
    const letter = { source: 'collector', appendedAt: RECEIVED_AT, body: Buffer.from('{}') } as const;
    expect(decodeDeadLetter({ ...letter, headers: { ...sent, path: '/events' } })).toMatchObject({
      ok: true,
      events: [{ id: 's e', accountId: 'acme' }],
    });
  });
});

describe('one CloudEvent', () => {
  const text = fc.string({ minLength: 1, maxLength: 20 });
  /** What the SDK puts into a header as it is, so that HTTP can carry it. */
  const plain = fc.stringMatching(/^[a-z0-9/:._-]{1,20}$/);
  const events = fc
    .record({
      id: plain,
      source: plain,
      type: fc.oneof(fc.constantFrom('tidemark.identify', 'tidemark.group', 'login'), plain),
      subject: plain,
      userid: plain,
      time: fc.date({ min: new Date('1971-01-01'), max: new Date('2099-12-31'), noInvalidDate: true }),
      data: fc.oneof(
        fc.dictionary(text, fc.jsonValue({ maxDepth: 2 })),
        fc.array(fc.jsonValue({ maxDepth: 1 })),
        fc.uint8Array({ minLength: 1, maxLength: 20 }),
      ),
    })
    .map(({ time, data, ...attributes }) => {
      const bytes = data instanceof Uint8Array;
      const datacontenttype = bytes ? 'application/octet-stream' : 'application/json';
      return new CloudEvent({ ...attributes, time: time.toISOString(), datacontenttype, data } as never);
    });

  it('is the same, sent structured, binary or batched, over HTTP or Kafka', () => {
    fc.assert(
      fc.property(events, (event) => {
        const structured = HTTP.structured(event);
        const binary = HTTP.binary(event);
        const [first, ...others] = [
          ...http(String(structured.body), structured.headers as never),
          ...http(Buffer.from(binary.body as never), binary.headers as never),
          ...http(`[${structured.body}]`, { 'content-type': 'application/cloudevents-batch+json' }),
          ...overKafka(Kafka.structured(event)),
          ...overKafka(Kafka.binary(event)),
        ];
        expect(first?.ok).toBe(true);
        expect(others).toHaveLength(4);
        for (const other of others) expect(other).toEqual(first);
      }),
    );
  });

  function overKafka({
    headers,
    value,
  }: {
    readonly headers: object;
    readonly value: unknown;
  }): readonly Decoded[] {
    const bytes =
      typeof value === 'string' || value instanceof Uint8Array
        ? Buffer.from(value)
        : Buffer.from(JSON.stringify(value));
    const logged = decodeLogged({ value: bytes, headers: headers as Record<string, string> }, CONTEXT);
    return logged.ok ? logged.events.map((event) => ({ ok: true, event })) : [logged];
  }
});
