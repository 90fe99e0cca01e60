import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodePosthog } from '../../../../src/ingest/formats/decode-posthog.ts';
import { isPosthogMessage } from '../../../../src/ingest/formats/posthog-to-canonical.ts';
import type { CanonicalEvent } from '../../../../src/model/event.ts';
import { RECEIVED_AT } from '../build.ts';

const UUID = '0190a1b2-c3d4-7e5f-8a9b-0123456789ab';
const AT = '2026-03-01T09:30:00Z';
const AT_MILLIS = Date.parse(AT);

const message = (fields: object = {}): object => ({
  event: 'message_sent',
  distinct_id: 'ann',
  uuid: UUID,
  timestamp: AT,
  properties: { channel: 'general' },
  ...fields,
});

function eventsOf(sent: object): CanonicalEvent[] {
  return decodePosthog(sent, { receivedAt: RECEIVED_AT }).map((decoded) => {
    if (!decoded.ok) throw new Error(decoded.rejection.detail);
    return decoded.event;
  });
}

const reasonsFor = (sent: unknown): (string | undefined)[] =>
  decodePosthog(sent, { receivedAt: RECEIVED_AT }).map((decoded) =>
    decoded.ok ? undefined : decoded.rejection.reason,
  );

const withProperties = (properties: object, fields: object = {}): CanonicalEvent[] =>
  eventsOf(message({ properties, ...fields }));

describe('a captured event', () => {
  it('is what a user did, under its own id and time', () => {
    expect(eventsOf(message())).toEqual([
      {
        type: 'track',
        id: UUID,
        idDerived: false,
        timestamp: AT_MILLIS,
        event: 'message_sent',
        accountId: undefined,
        userId: 'ann',
        properties: { channel: 'general' },
      },
    ]);
  });

  it('may carry its user among the properties', () => {
    expect(withProperties({ distinct_id: 'bob' }, { distinct_id: undefined })).toMatchObject([
      { userId: 'bob' },
    ]);
  });

  it.each([
    [{ company: 'acme' }, 'acme'],
    [{ project: 'p', Company: 7 }, '7'],
    [{ workspace: 'w', organization: 'o' }, 'o'],
    [{ project: 'p' }, undefined],
    [{ company: null, team: 't' }, 't'],
    ['acme', undefined],
  ])('with the groups %j is of the account %s', ($groups, accountId) => {
    expect(withProperties({ $groups })).toMatchObject([{ accountId, properties: { $groups } }]);
  });

  it.each([
    ['no uuid', undefined],
    ['an empty one', ''],
  ])('with %s has an id that its content gives, the same when it is sent again', (_, uuid) => {
    const [first] = eventsOf(message({ uuid, sent_at: 'now', offset: 1 }));
    const [again] = eventsOf(message({ uuid, sent_at: 'later', offset: 2000 }));
    expect(first).toMatchObject({ idDerived: true });
    expect(again).toEqual(first);
  });

  it('without a timestamp happened at $time, seconds since 1970, else at the time inside its uuid', () => {
    expect(withProperties({ $time: 1772357400.12 }, { timestamp: undefined })).toMatchObject([
      { timestamp: 1772357400120 },
    ]);
    expect(withProperties({}, { timestamp: undefined })).toMatchObject([{ timestamp: 0x0190a1b2c3d4 }]);
  });

  it('keeps neither the write key nor what is said of the person among its properties', () => {
    const [event] = withProperties({
      token: 'phc_x',
      $set: { a: 1 },
      $set_once: { b: 1 },
      $lib: 'web',
      c: 2,
    });
    expect(event).toMatchObject({ type: 'track', properties: { $lib: 'web', c: 2 } });
    expect(Object.keys(event?.type === 'track' ? event.properties : {})).toEqual(['$lib', 'c']);
  });

  it.each([
    ['$pageview', { $current_url: 'https://x' }, 'page', { $current_url: 'https://x' }],
    ['$screen', { $screen_name: 'Home' }, 'screen', { $screen_name: 'Home', name: 'Home' }],
    ['$autocapture', { a: 1 }, '$autocapture', { a: 1 }],
    ['constructor', { a: 1 }, 'constructor', { a: 1 }],
  ])('%s with %j is the event %s', (event, properties, name, expected) => {
    expect(withProperties(properties, { event })).toMatchObject([{ event: name, properties: expected }]);
  });

  it('may say what is true of the person, on top or among the properties', () => {
    const events = eventsOf(
      message({
        $set: { role: 'admin' },
        properties: { $set: { plan: 'pro', role: 'x' }, $unset: ['old', 'plan'] },
      }),
    );
    expect(events).toMatchObject([
      { type: 'track', id: UUID },
      {
        type: 'identify',
        id: `${UUID}:set`,
        userId: 'ann',
        timestamp: AT_MILLIS,
        traits: { plan: 'pro', role: 'admin', old: null },
      },
    ]);
  });
});

describe('what is said of a person', () => {
  it('by $identify are its traits, and that the anonymous id is the same person', () => {
    const properties = { $set: { email: 'a@x' }, $set_once: { source: 'ad' }, $anon_distinct_id: 'anon-7' };
    const events = withProperties(properties, { event: '$identify' });
    expect(events).toMatchObject([
      { type: 'identify', id: UUID, userId: 'ann', traits: { email: 'a@x' } },
      { type: 'identify', id: `${UUID}:set_once`, userId: 'ann', traits: { source: 'ad' } },
      { type: 'alias', id: `${UUID}:alias`, userId: 'ann', previousId: 'anon-7' },
    ]);
  });

  it('by $identify of an id to itself joins nothing', () => {
    expect(
      withProperties({ $anon_distinct_id: 7 }, { event: '$identify', distinct_id: '7' }).map(
        ({ type }) => type,
      ),
    ).toEqual(['identify']);
  });

  it('by the event $set alone are traits', () => {
    expect(withProperties({ $set: { plan: 'pro' } }, { event: '$set' })).toMatchObject([
      { type: 'identify', id: UUID, traits: { plan: 'pro' } },
    ]);
  });

  it('by $create_alias is that two ids are one person', () => {
    expect(withProperties({ distinct_id: 'ann', alias: 'anon' }, { event: '$create_alias' })).toMatchObject([
      { type: 'alias', id: UUID, userId: 'ann', previousId: 'anon' },
    ]);
  });

  it('once is older than whatever $set says, and the earlier it is said the newer it is', () => {
    const instant = fc.integer({ min: Date.UTC(1985, 0), max: Date.UTC(2099, 11, 31) });
    const onceAt = (timestamp: number): number => {
      const [, once] = withProperties({ $set_once: { source: 'ad' } }, { timestamp, event: '$identify' });
      return once?.timestamp ?? 0;
    };
    fc.assert(
      fc.property(instant, instant, (one, other) => {
        expect(onceAt(one)).toBeLessThan(Math.min(one, other));
        expect(onceAt(one)).toBeGreaterThanOrEqual(Date.UTC(1971, 0));
        if (one + 10 <= other) expect(onceAt(one)).toBeGreaterThan(onceAt(other));
      }),
    );
  });
});

describe('what is said of a group', () => {
  const properties = { $group_type: 'company', $group_key: 'acme', $group_set: { plan: 'pro' } };

  it('are traits of the account, and that the user belongs to it', () => {
    expect(withProperties(properties, { event: '$groupidentify' })).toMatchObject([
      { type: 'group', id: UUID, accountId: 'acme', userId: 'ann', traits: { plan: 'pro' } },
    ]);
  });

  it('is of no user where the client has made one up', () => {
    const [event] = withProperties(properties, { event: '$groupidentify', distinct_id: '$company_acme' });
    expect(event).toMatchObject({ type: 'group', accountId: 'acme', userId: undefined });
  });

  it('that is no account stays an event, and founds none', () => {
    const project = { ...properties, $group_type: 'project' };
    expect(withProperties(project, { event: '$groupidentify' })).toMatchObject([
      { type: 'track', event: '$groupidentify', accountId: undefined, properties: project },
    ]);
  });
});

describe('what is no message is refused with its reason', () => {
  it.each<[string, unknown, (string | undefined)[]]>([
    ['a number', 7, ['not_an_object']],
    ['an array', [], ['not_an_object']],
    ['no event', message({ event: undefined }), ['missing_event']],
    ['an event that is no text', message({ event: {} }), ['invalid_field']],
    ['no user', message({ distinct_id: null }), ['missing_account_and_user']],
    ['an identify of nobody', message({ distinct_id: '', event: '$identify' }), ['missing_user']],
    ['a user that is an object', message({ distinct_id: {} }), ['invalid_field']],
    ['a uuid that is an object', message({ uuid: {} }), ['invalid_field']],
    ['properties that are text', message({ properties: 'x' }), ['invalid_field']],
    ['a time in words', message({ timestamp: 'yesterday' }), ['invalid_timestamp']],
    ['the year 1969', message({ timestamp: '1969-01-01' }), ['timestamp_out_of_range']],
    ['traits that are text', message({ $set: 'x' }), [undefined, 'invalid_field']],
    [
      'a group without key',
      message({ event: '$groupidentify', properties: { $group_type: 'company' } }),
      ['missing_account'],
    ],
  ])('%s', (_, sent, reasons) => {
    expect(reasonsFor(sent)).toEqual(reasons);
  });

  it('never throws, and several events of one message have each an id of its own', () => {
    const field = fc.oneof(fc.jsonValue(), fc.string(), fc.constant(undefined));
    const sent = fc.record({
      event: fc.oneof(
        fc.constantFrom('$identify', '$set', '$create_alias', '$groupidentify', '$pageview', 'e'),
        field,
      ),
      distinct_id: field,
      uuid: fc.oneof(fc.uuid(), field),
      timestamp: field,
      $set: fc.oneof(fc.dictionary(fc.string(), fc.jsonValue()), field),
      properties: fc.oneof(
        fc.record({
          $set_once: fc.oneof(fc.dictionary(fc.string(), fc.jsonValue()), field),
          $unset: field,
          $anon_distinct_id: fc.oneof(fc.string(), field),
          alias: field,
          $groups: fc.oneof(fc.dictionary(fc.constantFrom('company', 'team', 'x'), field), field),
          $group_type: fc.oneof(fc.constant('company'), field),
          $group_key: field,
          $group_set: field,
          $time: field,
        }),
        field,
      ),
    });
    fc.assert(
      fc.property(sent, (fields) => {
        const decoded = decodePosthog(fields, { receivedAt: RECEIVED_AT });
        expect(decoded.length).toBeGreaterThan(0);
        const ids = decoded.flatMap((one) => (one.ok ? [one.event.id] : []));
        expect(new Set(ids).size).toBe(ids.length);
        expect(decodePosthog(JSON.parse(JSON.stringify(fields)), { receivedAt: RECEIVED_AT })).toEqual(
          decoded,
        );
      }),
    );
  });

  it('however deep something in it nests', () => {
    const deep = JSON.parse(`${'['.repeat(20_000)}${']'.repeat(20_000)}`);
    for (const event of ['$identify', '$create_alias', '$groupidentify', 'e'])
      for (const name of [
        '$anon_distinct_id',
        'alias',
        '$group_key',
        '$group_type',
        '$set',
        '$set_once',
        '$groups',
      ])
        expect(reasonsFor(message({ event, properties: { [name]: deep } })).length).toBeGreaterThan(0);
    expect(reasonsFor(message({ uuid: deep, distinct_id: deep }))).toHaveLength(1);
  });
});

describe('a message on the topic is taken for PostHog’s', () => {
  it.each([
    [message(), true],
    [message({ distinct_id: undefined, properties: { distinct_id: 'ann' } }), true],
    [message({ distinct_id: undefined }), false],
    [{ type: 'track', id: 'e', account_id: 'a', event: 'e', properties: { distinct_id: 'x' } }, false],
    [{ type: 'track', userId: 'a', event: 'e', properties: { distinct_id: 'x' } }, false],
    [{ distinct_id: 'ann' }, false],
  ])('%j: %s', (sent, expected) => {
    expect(isPosthogMessage(sent as never)).toBe(expected);
  });
});
