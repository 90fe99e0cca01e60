import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { chooseFormat, type ReadAs } from '../../../../src/ingest/import/choose-format.ts';
import { readTimePattern } from '../../../../src/ingest/import/time-pattern.ts';
import type { TimeZone } from '../../../../src/model/time.ts';
import { decodeFile, eventsOf, mapping } from './build.ts';

const example = (name: string) =>
  readFileSync(new URL(`../../../../examples/import/${name}`, import.meta.url), 'utf8');

const formatOf = (file: string, text: string, as: Partial<ReadAs> = {}) =>
  chooseFormat(file, Buffer.from(text), { format: 'auto', timezone: 'UTC' as TimeZone, ...as }).format;

const csv = (text: string, fields: Parameters<typeof mapping>[0] = {}) =>
  formatOf('rows.csv', text, { mapping: mapping(fields) });

const detailOf = (text: string, fields: Parameters<typeof mapping>[0] = {}) => {
  const [decoded] = decodeFile(csv(text, fields), text);
  return decoded?.ok === false ? [decoded.rejection.reason, decoded.rejection.detail] : undefined;
};

describe('a format is told', () => {
  it.each([
    ['canonical', '{"type":"track","account_id":"a","event":"e"}\n'],
    ['canonical', example('segment.ndjson')],
    ['posthog', example('posthog.ndjson')],
    ['posthog', `[${example('posthog.ndjson').trim().replaceAll('\n', ',')}]`],
    ['mixpanel', example('mixpanel.ndjson')],
    ['canonical', ''],
  ])('as %s by its first objects', (name, text) => {
    expect(formatOf('file.json', text).name).toBe(name);
  });

  it('or what to write where it cannot be told', () => {
    const both = example('posthog.ndjson') + example('mixpanel.ndjson');
    expect(() => formatOf('both', both)).toThrow(/look like posthog and like mixpanel; write --format/);
    expect(() => formatOf('none', '{"name":"x"}\n')).toThrow(/write --format canonical, segment, posthog/);
    expect(() => formatOf('a.csv.gz', 'a,b\n')).toThrow(/write --map FILE.yaml/);
    expect(() => formatOf('m', example('mixpanel.ndjson'), { timezone: undefined })).toThrow(
      /write --timezone UTC for a project made since 2023/,
    );
  });
});

describe('mixpanel', () => {
  it('moves the time of the project to UTC, over its changes of the clock', () => {
    const at = (iso: string) =>
      `{"event":"e","properties":{"time":${Date.parse(iso) / 1000},"distinct_id":"u","$insert_id":"i"}}\n`;
    const text = at('2026-03-08T01:30:00Z') + at('2026-03-08T03:30:00Z') + at('2026-11-01T01:30:00Z');
    const format = formatOf('m', text, { timezone: 'America/Los_Angeles' as TimeZone });
    expect(eventsOf(format, text).map(({ timestamp }) => new Date(timestamp).toISOString())).toEqual([
      '2026-03-08T09:30:00.000Z',
      '2026-03-08T10:30:00.000Z',
      '2026-11-01T08:30:00.000Z',
    ]);
  });

  it('reads user, account, id and its own statements of who is who', () => {
    const text = example('mixpanel.ndjson');
    expect(eventsOf(formatOf('m', text), text)).toMatchObject([
      { type: 'track', id: 'ann mx-1', accountId: 'acme', userId: 'ann', properties: { channel: 'general' } },
      { type: 'track', id: '$device:d-2 mx-2', accountId: undefined, userId: '$device:d-2' },
      { type: 'alias', id: 'bob mx-3', userId: 'bob', previousId: 'd-2' },
      { type: 'alias', id: 'bob mx-3:device', userId: 'bob', previousId: '$device:d-2' },
    ]);
  });

  it('takes the account from the property that is told', () => {
    const text = '{"event":"e","properties":{"time":1772357400,"distinct_id":"u","team":["t1"]}}\n';
    const format = formatOf('m', text, { accountProperty: 'team' });
    expect(eventsOf(format, text)).toMatchObject([{ accountId: 't1', properties: {} }]);
  });

  it('refuses an event without a time: a repeated import could not be told from another event', () => {
    const text = '{"event":"e","properties":{"distinct_id":"u","$insert_id":"i"}}\n';
    expect(decodeFile(formatOf('m', text), text)).toMatchObject([
      { ok: false, rejection: { reason: 'invalid_timestamp' } },
    ]);
  });
});

describe('posthog and segment', () => {
  it('read exports, their properties as objects or as text', () => {
    const text = example('posthog.ndjson');
    expect(eventsOf(formatOf('p', text), text)).toMatchObject([
      { type: 'track', event: 'message_sent', accountId: 'acme', userId: 'ann' },
      { type: 'identify', userId: 'bob', traits: { role: 'admin' } },
      { type: 'alias', userId: 'bob', previousId: 'anon-2' },
      { type: 'group', accountId: 'acme', traits: { plan: 'pro' } },
    ]);
  });

  it('Segment is also read where its own fields would not be told', () => {
    const text = '{"type":"track","event":"e","id":"x","userId":"u","timestamp":"2026-01-01"}\n';
    expect(eventsOf(formatOf('s', text, { format: 'segment' }), text)).toMatchObject([{ userId: 'u' }]);
  });
});

describe('csv', () => {
  it('reads rows as the mapping says; an empty cell is nothing', () => {
    const text =
      'org;event;at;n;ok;j;t\nacme;sent;2026-03-01;1.5;yes;"{""a"":1}"; x \nacme;sent;2026-03-02;;;;\n';
    const kinds = { n: 'number', ok: 'boolean', j: 'json', t: 'text' } as const;
    const fields = Object.fromEntries(
      Object.entries(kinds).map(([name, type]) => [name, { column: name, type }]),
    );
    expect(eventsOf(csv(text, { delimiter: ';', fields }), text)).toMatchObject([
      { accountId: 'acme', event: 'sent', properties: { n: 1.5, ok: true, j: { a: 1 }, t: ' x ' } },
      { accountId: 'acme', event: 'sent', properties: {} },
    ]);
  });

  it('reads identify and group, one text for every row, and columns by number', () => {
    const text = 'acme,2026-03-01,pro\n';
    const made = csv(text, {
      type: 'group',
      event: undefined,
      account_id: { column: 1 },
      user_id: { value: 'owner' },
      timestamp: { column: 2, format: 'iso', timezone: 'UTC' as TimeZone },
      fields: { plan: { column: 3, type: 'text' } },
      header: false,
    });
    expect(eventsOf(made, text)).toMatchObject([
      { type: 'group', accountId: 'acme', userId: 'owner', traits: { plan: 'pro' } },
    ]);
  });

  it.each([
    ['2026-07-01 12:00:00', '2026-07-01T10:00:00.000Z'],
    ['2026-07-01T12:00:00Z', '2026-07-01T12:00:00.000Z'],
    ['2026-07-01 12:00:00.5 UTC', '2026-07-01T12:00:00.500Z'],
    ['2026-07-01 12:00:00+03', '2026-07-01T09:00:00.000Z'],
    ['2026-07-01', '2026-06-30T22:00:00.000Z'],
    ['2026-03-29 02:30:00', '2026-03-29T01:30:00.000Z'],
    ['2026-10-25 02:30:00', '2026-10-25T00:30:00.000Z'],
  ])('a time without an offset, as %s, is of the mapping’s zone', (written, instant) => {
    const text = `org,event,at\nacme,sent,${written}\n`;
    const timestamp = { column: 'at', format: 'iso', timezone: 'Europe/Berlin' as TimeZone } as const;
    const [event] = eventsOf(csv(text, { timestamp }), text);
    expect(new Date(event?.timestamp ?? 0).toISOString()).toBe(instant);
  });

  it.each([
    [
      'org,event,at,x\nacme,sent,yesterday,1\n',
      'invalid_timestamp',
      'Column "at" has "yesterday"; a time as iso is needed.',
    ],
    ['org,event,at,x\nacme,sent,,1\n', 'invalid_timestamp', 'Column "at" is empty; a time as iso is needed.'],
    [
      'org,event,at,x\nacme,sent,2026-03-01,"1,5"\n',
      'invalid_field',
      'Column "x" has "1,5"; a number such as 1234.5 is needed.',
    ],
    ['org,event,at,x\nacme,sent,2026-03-01\n', 'invalid_field', 'The row has 3 fields, and the header 4.'],
    [
      'org,event,at,x\nacme,,2026-03-01,\n',
      'missing_event',
      'A "track" needs "event", the name of what was done.',
    ],
  ])('says what is wrong with %j', (text, reason, detail) => {
    expect(detailOf(text, { fields: { x: { column: 'x', type: 'number' } } })).toEqual([reason, detail]);
  });

  it('refuses a mapping whose column is not there, and names those that are', () => {
    expect(() => csv('org;event;at\n')).toThrow(/no column "event".*is the delimiter really ","/);
    expect(() => csv('org,event,when\n')).toThrow(/no column "at", .*; there are: org, event, when$/);
    expect(() => csv('org,org,event,at\n')).toThrow(/two columns are called "org"/);
  });

  it('takes a file that is empty, or has a header only', () => {
    expect(eventsOf(csv(''), '')).toEqual([]);
    expect(eventsOf(csv('org,event,at\n'), 'org,event,at\n')).toEqual([]);
  });
});

describe('a pattern of times', () => {
  it.each([
    ['dd.MM.yyyy HH:mm', '01.03.2026 09:30', '2026-03-01T09:30:00.000Z'],
    ['M/d/yyyy h:mm a', '3/1/2026 12:05 AM', '2026-03-01T00:05:00.000Z'],
    ["yyyy-MM-dd'T'HH:mm:ss.SSS", '2026-03-01T09:30:00.120', '2026-03-01T09:30:00.120Z'],
    ['yyyyMMdd', '20240229', '2024-02-29T00:00:00.000Z'],
  ])('%s reads %s', (pattern, text, instant) => {
    const read = readTimePattern(pattern);
    expect(read.ok && new Date(read.pattern.read(text) ?? 0).toISOString()).toBe(instant);
  });

  it('reads no day that the calendar does not have', () => {
    const read = readTimePattern('yyyy-MM-dd');
    expect(read.ok && ['2026-02-29', '2026-13-01', '2026-1-01', 'x'].map(read.pattern.read)).toEqual(
      Array(4).fill(undefined),
    );
  });

  it.each(['yyyy-QQ-dd', 'HH:mm', 'yyyy-MM-dd hh:mm', 'yyyy-MM-dd dd', 'yyyy-MMM-dd'])(
    '%s is none',
    (pattern) => {
      expect(readTimePattern(pattern).ok).toBe(false);
    },
  );
});
