import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeLogged, decodeMessage } from '../../../src/ingest/decode-message.ts';
import type { CanonicalEvent, RejectReason } from '../../../src/model/event.ts';
import { RECEIVED_AT, wireTrack } from './build.ts';

const decode = (value: Uint8Array | string | object | null) =>
  decodeMessage(
    value === null || value instanceof Uint8Array
      ? value
      : Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)),
    { receivedAt: RECEIVED_AT },
  );

function accept(value: string | object): CanonicalEvent {
  const decoded = decode(value);
  if (!decoded.ok) throw new Error(`${decoded.rejection.reason}: ${decoded.rejection.detail}`);
  return decoded.event;
}

function reasonFor(value: Uint8Array | string | object | null): RejectReason | 'accepted' {
  const decoded = decode(value);
  return decoded.ok ? 'accepted' : decoded.rejection.reason;
}

const nested = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;

describe('a canonical message', () => {
  it('is read field by field', () => {
    expect(accept(wireTrack())).toEqual({
      type: 'track',
      id: 'e1',
      idDerived: false,
      accountId: 'acme',
      userId: 'ann',
      event: 'message_sent',
      timestamp: Date.UTC(2026, 2, 1, 9, 30, 0, 120),
      properties: { channel: 'general' },
    });
  });

  it('may leave out account or user, properties and traits', () => {
    expect(accept(wireTrack({ account_id: undefined }))).toMatchObject({
      accountId: undefined,
      userId: 'ann',
    });
    expect(accept(wireTrack({ user_id: '', properties: null }))).toMatchObject({
      userId: undefined,
      properties: {},
    });
    expect(accept({ type: 'group', id: 'g', account_id: 'acme' })).toMatchObject({
      userId: undefined,
      traits: {},
    });
    expect(accept({ type: 'identify', id: 'i', user_id: 'ann' })).toMatchObject({ traits: {} });
  });

  it('may give ids as whole numbers, which become text', () => {
    expect(accept(wireTrack({ account_id: 42, user_id: 7, id: 9 }))).toMatchObject({
      accountId: '42',
      userId: '7',
      id: '9',
    });
  });

  it('keeps numbers that were sent as text', () => {
    expect(accept(wireTrack({ properties: { amount: '12.50' } }))).toMatchObject({
      properties: { amount: '12.50' },
    });
  });

  it('keeps __proto__ as data and changes no object with it', () => {
    const event = accept(
      '{"type":"track","id":"1","account_id":"a","event":"e","properties":{"__proto__":{"admin":true}}}',
    );
    expect(JSON.stringify(event)).toContain('"__proto__":{"admin":true}');
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
    expect(accept('{"type":"track","account_id":"a","event":"e","__proto__":{"id":"x"}}').idDerived).toBe(
      true,
    );
  });

  it('may begin with a byte order mark', () => {
    expect(accept(`\uFEFF${JSON.stringify(wireTrack())}`).id).toBe('e1');
  });
});

describe('the time of an event', () => {
  it.each([
    ['2026-03-01T09:30:00.120Z', Date.UTC(2026, 2, 1, 9, 30, 0, 120)],
    ['2026-03-01T09:30:00+02:00', Date.UTC(2026, 2, 1, 7, 30)],
    ['2026-03-01', Date.UTC(2026, 2, 1)],
    [1772357400120, 1772357400120],
  ])('is the client’s: %s', (timestamp, expected) => {
    expect(accept(wireTrack({ timestamp })).timestamp).toBe(expected);
  });

  it('is that of a UUIDv7 id when there is none', () => {
    const id = '0190a1b2-c3d4-7e5f-8a9b-0123456789ab';
    expect(accept(wireTrack({ id, timestamp: undefined })).timestamp).toBe(0x0190a1b2c3d4);
  });

  it('is the time of receipt when nothing else tells it', () => {
    expect(accept(wireTrack({ timestamp: undefined })).timestamp).toBe(Math.floor(RECEIVED_AT / 1000));
  });
});

describe('the id of a message without one', () => {
  const bare = wireTrack({ id: undefined });

  it('is the same for the same content in another order', () => {
    const reordered = Object.fromEntries(Object.entries(bare).reverse());
    expect(accept(bare)).toMatchObject({ idDerived: true });
    expect(accept(reordered).id).toBe(accept(bare).id);
  });

  it('differs when anything differs', () => {
    expect(accept({ ...bare, properties: { channel: 'random' } }).id).not.toBe(accept(bare).id);
  });
});

describe('a Segment message', () => {
  const track = {
    type: 'track',
    messageId: 'm1',
    userId: 'ann',
    anonymousId: 'anon',
    event: 'Message Sent',
    originalTimestamp: '2026-03-01T09:30:00Z',
    timestamp: '2026-03-01T09:31:00Z',
    sentAt: '2026-03-02T00:00:00Z',
    receivedAt: '2026-03-02T00:01:00Z',
    context: { groupId: 'acme' },
    properties: { a: 1 },
  };

  it('is read as a track of the account in its context, at the client’s own time', () => {
    expect(accept(track)).toMatchObject({
      id: 'm1',
      userId: 'ann',
      accountId: 'acme',
      event: 'Message Sent',
      timestamp: Date.UTC(2026, 2, 1, 9, 30),
    });
  });

  it('straight from a client is of the time that its caller gave, not of the call', () => {
    const { receivedAt: _, ...direct } = track;
    expect(accept(direct).timestamp).toBe(Date.UTC(2026, 2, 1, 9, 31));
    expect(accept({ ...direct, timestamp: undefined }).timestamp).toBe(Date.UTC(2026, 2, 1, 9, 30));
  });

  it('may have the traits of its user in the context, as RudderStack’s browsers do; those of an account not', () => {
    const context = { traits: { role: 'admin' } };
    expect(accept({ type: 'identify', messageId: 'm', userId: 'ann', context })).toMatchObject({
      traits: { role: 'admin' },
    });
    expect(accept({ type: 'group', messageId: 'm', userId: 'ann', groupId: 'acme', context })).toMatchObject({
      traits: {},
    });
  });

  it('falls back to the anonymous id', () => {
    expect(accept({ ...track, userId: null, context: {} })).toMatchObject({
      userId: 'anon',
      accountId: undefined,
    });
  });

  it('may be an identify or a group', () => {
    expect(
      accept({ type: 'identify', messageId: 'm', userId: 'ann', traits: { role: 'admin' } }),
    ).toMatchObject({
      type: 'identify',
      traits: { role: 'admin' },
    });
    expect(
      accept({ type: 'group', messageId: 'm', userId: 'ann', groupId: 'acme', traits: { plan: 'pro' } }),
    ).toMatchObject({
      accountId: 'acme',
      traits: { plan: 'pro' },
    });
  });
});

describe('what is no event is refused with its reason', () => {
  const notUtf8 = Buffer.concat([
    Buffer.from('{"type":"track","event":"'),
    Buffer.from([0xff, 0xfe]),
    Buffer.from('"}'),
  ]);
  const cases: readonly (readonly [string, Uint8Array | string | object | null, RejectReason])[] = [
    ['a tombstone', null, 'empty_message'],
    ['an empty message', new Uint8Array(), 'empty_message'],
    ['bytes that are no UTF-8', notUtf8, 'invalid_utf8'],
    ['malformed JSON', '{"type":"track",', 'invalid_json'],
    ['an array', '[]', 'not_an_object'],
    ['a text', '"track"', 'not_an_object'],
    ['null', 'null', 'not_an_object'],
    ['10 MB', `{"a":"${'x'.repeat(10_000_000)}"}`, 'too_large'],
    [
      '10,000 levels',
      `{"type":"track","account_id":"a","event":"e","properties":${nested(10_000)}}`,
      'nested_too_deep',
    ],
    [
      '10,000 levels outside of the properties',
      `{"type":"track","x":${'['.repeat(10_000)}${']'.repeat(10_000)}}`,
      'nested_too_deep',
    ],
    ['no type', wireTrack({ type: undefined }), 'unknown_type'],
    ['another type', wireTrack({ type: 'purchase' }), 'unknown_type'],
    ['a type that is no text', wireTrack({ type: {} }), 'unknown_type'],
    ['a page view of nobody', { type: 'page', messageId: 'm' }, 'missing_account_and_user'],
    ['an alias of nobody', { type: 'alias', id: 'a', previous_id: 'p' }, 'missing_user'],
    ['an alias without the other id', { type: 'alias', id: 'a', user_id: 'u' }, 'missing_previous_id'],
    ['an alias of a user to itself', { type: 'alias', id: 'a', user_id: 7, previous_id: '7' }, 'same_user'],
    ['a retraction of nothing', { type: 'retract', id: 'r', event: 'e' }, 'missing_account_and_user'],
    [
      'a retraction of an id without its event',
      { type: 'retract', id: 'r', account_id: 'a', event_id: 'e1' },
      'missing_event',
    ],
    ['a reason that is no text', { type: 'retract', id: 'r', account_id: 'a', reason: 1 }, 'invalid_field'],
    ['no event name', wireTrack({ event: '' }), 'missing_event'],
    ['an event name that is no text', wireTrack({ event: 7 }), 'invalid_field'],
    ['neither account nor user', wireTrack({ account_id: null, user_id: '' }), 'missing_account_and_user'],
    ['an identify without user', { type: 'identify', id: 'i' }, 'missing_user'],
    ['a group without account', { type: 'group', id: 'g', user_id: 'ann' }, 'missing_account'],
    ['an account that is an object', wireTrack({ account_id: {} }), 'invalid_field'],
    ['a user that is true', wireTrack({ user_id: true }), 'invalid_field'],
    ['an id beyond exact numbers', wireTrack({ account_id: 2 ** 60 }), 'invalid_field'],
    ['an id that is an array', wireTrack({ id: ['x'] }), 'invalid_field'],
    ['properties that are text', wireTrack({ properties: 'a=1' }), 'invalid_field'],
    ['traits that are an array', { type: 'identify', id: 'i', user_id: 'u', traits: [] }, 'invalid_field'],
    ['a time in words', wireTrack({ timestamp: 'yesterday' }), 'invalid_timestamp'],
    ['a day that is none', wireTrack({ timestamp: '2026-02-30' }), 'invalid_timestamp'],
    ['a time that is an object', wireTrack({ timestamp: {} }), 'invalid_timestamp'],
    ['the year 9999', wireTrack({ timestamp: '9999-12-31T23:59:59Z' }), 'timestamp_out_of_range'],
    ['the year 1969', wireTrack({ timestamp: '1969-12-31T23:59:59Z' }), 'timestamp_out_of_range'],
    ['seconds for milliseconds', wireTrack({ timestamp: 17723574 }), 'timestamp_out_of_range'],
  ];

  it.each(cases)('%s', (_, value, reason) => {
    expect(reasonFor(value)).toBe(reason);
  });

  it('and the sentence names the field', () => {
    expect(decode(wireTrack({ account_id: {} }))).toMatchObject({
      rejection: { detail: '"account_id" must be text or a whole number below 2^53, not an object.' },
    });
  });
});

describe('decoding', () => {
  it('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(decode(bytes)).toHaveProperty('ok');
      }),
    );
  });

  it('never throws, whatever the JSON, and accepts only what names someone', () => {
    const field = fc.oneof(fc.jsonValue(), fc.string(), fc.constant(undefined));
    const wire = fc.record({
      type: fc.oneof(
        fc.constantFrom('track', 'identify', 'group', 'alias', 'retract', 'page'),
        fc.jsonValue(),
      ),
      id: field,
      account_id: field,
      user_id: field,
      event: field,
      timestamp: field,
      properties: field,
      traits: field,
    });
    fc.assert(
      fc.property(wire, (message) => {
        const decoded = decode(message);
        if (decoded.ok) {
          const { event } = decoded;
          expect(event.id).not.toBe('');
          const account = 'accountId' in event ? event.accountId : undefined;
          expect(event.userId ?? account).toBeTruthy();
        }
      }),
    );
  });
});

describe('a message on the topic', () => {
  const cloudEvent = { specversion: '1.0', id: 'c', source: 's', type: 'login', subject: 'acme' };
  const binary = { ce_specversion: '1.0', ce_id: 'b', ce_source: 's', ce_type: 'login', ce_subject: 'acme' };
  const posthog = { event: 'login', distinct_id: 'ann', uuid: 'p', $set: { role: 'admin' } };
  const segment = { type: 'track', messageId: 's', userId: 'ann', event: 'login' };

  const logged = (value: unknown, headers?: Record<string, string>) =>
    decodeLogged(
      {
        value: value === null || Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value)),
        headers,
      },
      { receivedAt: RECEIVED_AT },
    );
  const idsOf = (value: unknown, headers?: Record<string, string>): readonly string[] | string => {
    const decoded = logged(value, headers);
    return decoded.ok ? decoded.events.map(({ id }) => id) : decoded.rejection.reason;
  };

  it.each<[string, unknown, Record<string, string> | undefined, string[] | string]>([
    ['canonical', wireTrack(), undefined, ['e1']],
    [
      'canonical, whatever headers it has',
      wireTrack(),
      { trace: 'x', 'content-type': 'application/json' },
      ['e1'],
    ],
    ['Segment’s', segment, undefined, ['s']],
    ['PostHog’s, which may say several things', posthog, undefined, ['p', 'p:set']],
    ['a CloudEvent by its field', cloudEvent, undefined, ['s c']],
    ['a CloudEvent by its header', cloudEvent, { 'content-type': 'application/cloudevents+json' }, ['s c']],
    ['a CloudEvent in binary mode', { a: 1 }, binary, ['s b']],
    ['a CloudEvent in binary mode without data', null, binary, ['s b']],
    [
      'a CloudEvent in JSON where the content type says so, though its headers name one',
      cloudEvent,
      { ...binary, 'content-type': 'application/cloudevents+json' },
      ['s c'],
    ],
    ['a CloudEvent in binary mode though its data looks like an event', wireTrack(), binary, ['s b']],
    ['a CloudEvent though it has PostHog’s names', { ...posthog, ...cloudEvent }, undefined, ['s c']],
    [
      'a CloudEvent by its header alone, and refused as one',
      wireTrack(),
      { 'content-type': 'application/cloudevents+json' },
      'invalid_field',
    ],
    [
      'Segment’s though its properties have PostHog’s names',
      { ...segment, properties: { distinct_id: 'x' } },
      undefined,
      ['s'],
    ],
    ['canonical though it has PostHog’s names', { ...wireTrack(), distinct_id: 'x' }, undefined, ['e1']],
    ['a tombstone', null, undefined, 'empty_message'],
    [
      'a batch, which is none',
      [cloudEvent],
      { 'content-type': 'application/cloudevents-batch+json' },
      'not_an_object',
    ],
    ['too large in binary mode too', Buffer.alloc(2_000_000, 32), binary, 'too_large'],
    [
      'PostHog’s, and refused when one thing that it says is none',
      { ...posthog, $set: 'x' },
      undefined,
      'invalid_field',
    ],
  ])('is %s', (_, value, headers, expected) => {
    expect(idsOf(value, headers)).toEqual(expected);
  });

  it('never makes decoding throw, whatever its bytes and headers are', () => {
    const name = fc.oneof(
      fc.constantFrom(
        'ce_id',
        'ce_specversion',
        'ce_type',
        'ce_source',
        'ce_subject',
        'ce_time',
        'content-type',
      ),
      fc.string(),
    );
    const value = fc.oneof(
      fc.constantFrom('1.0', 'application/cloudevents+json', 'application/json'),
      fc.string(),
    );
    const body = fc.oneof(
      fc.uint8Array({ maxLength: 50 }),
      fc.json().map((text) => Buffer.from(text)),
      fc.constant(null),
    );
    fc.assert(
      fc.property(body, fc.dictionary(name, value), (bytes, headers) => {
        const decoded = decodeLogged({ value: bytes, headers }, { receivedAt: RECEIVED_AT });
        expect(decoded.ok ? decoded.events.length : decoded.rejection.detail).toBeTruthy();
      }),
    );
  });
});
