import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventRouter } from '../../../src/ingest/event-router.ts';
import { BATCH_ID, eventOf, rowsOf, stamp, wireTrack } from './build.ts';

const route = (wires: readonly object[], fields = {}) => {
  const router = new EventRouter(stamp(fields));
  for (const [offset, wire] of wires.entries()) router.add(eventOf(wire), offset);
  return router.build();
};

const RECEIVED = '2026-03-01 12:00:00.000123';

describe('a track with an account', () => {
  const routed = route([wireTrack()]);

  it('is one row of usage_events, with its place', () => {
    expect(rowsOf(routed.rows, 'usage_events')).toEqual([
      {
        account_id: 'acme',
        event: 'message_sent',
        timestamp: '2026-03-01 09:30:00.120',
        id: 'e1',
        user_id: 'ann',
        properties: '{"channel":"general"}',
        received_at: RECEIVED,
        known_at: RECEIVED,
        batch_id: BATCH_ID,
        topic: 'events',
        partition: '3',
        offset: '0',
      },
    ]);
    expect(routed.rows).toHaveLength(1);
  });

  it('announces its account-day', () => {
    expect(rowsOf(routed.announcement, 'changed_account_days')).toEqual([
      {
        batch_id: BATCH_ID,
        received_at: RECEIVED,
        account_id: 'acme',
        user_id: '',
        event: 'message_sent',
        day: '2026-03-01',
      },
    ]);
  });
});

it('a track without account waits in unattributed_events and announces its user', () => {
  const routed = route([wireTrack({ account_id: undefined })]);
  expect(rowsOf(routed.rows, 'unattributed_events')).toMatchObject([
    { user_id: 'ann', event: 'message_sent' },
  ]);
  expect(rowsOf(routed.announcement, 'changed_account_days')).toMatchObject([
    { account_id: '', user_id: 'ann', event: 'message_sent', day: '2026-03-01' },
  ]);
});

it('an identify is one row a trait and announces nothing', () => {
  const routed = route([
    { type: 'identify', id: 'i', user_id: 'ann', timestamp: '2026-03-01', traits: { a: 1, b: null } },
  ]);
  expect(rowsOf(routed.rows, 'user_traits')).toMatchObject([
    { user_id: 'ann', trait: 'a', value: '1', valid_from: '2026-03-01 00:00:00.000', message_id: 'i' },
    { user_id: 'ann', trait: 'b', value: 'null' },
  ]);
  expect(routed.announcement).toEqual([]);
});

describe('a group', () => {
  const group = (fields: object) => ({
    type: 'group',
    id: 'g',
    account_id: 'acme',
    timestamp: '2026-03-01',
    ...fields,
  });

  it('is one row a trait and, with a user, a membership that announces all the user did', () => {
    const routed = route([group({ user_id: 'ann', traits: { plan: 'pro', tags: ['a', 'b'] } })]);
    expect(rowsOf(routed.rows, 'account_traits')).toMatchObject([
      { account_id: 'acme', trait: 'plan', value: '"pro"' },
      { account_id: 'acme', trait: 'tags', value: '["a","b"]' },
    ]);
    expect(rowsOf(routed.rows, 'memberships')).toEqual([
      {
        user_id: 'ann',
        valid_from: '2026-03-01 00:00:00.000',
        account_id: 'acme',
        received_at: RECEIVED,
        known_at: RECEIVED,
      },
    ]);
    expect(rowsOf(routed.announcement, 'changed_account_days')).toMatchObject([
      { account_id: 'acme', user_id: '', event: '', day: '2026-03-01' },
      { account_id: '', user_id: 'ann', event: '*', day: '1970-01-01' },
    ]);
  });

  it('without traits and user still makes the account known, by the trait id', () => {
    expect(rowsOf(route([group({})]).rows, 'account_traits')).toMatchObject([
      { trait: 'id', value: '"acme"' },
    ]);
  });

  it('keeps a trait named __proto__', () => {
    const routed = route([JSON.parse('{"type":"group","id":"g","account_id":"a","traits":{"__proto__":1}}')]);
    expect(rowsOf(routed.rows, 'account_traits')).toMatchObject([{ trait: '__proto__', value: '1' }]);
  });
});

it('history is known since its own time', () => {
  const routed = route([wireTrack()], { history: true });
  expect(rowsOf(routed.rows, 'usage_events')).toMatchObject([
    { received_at: RECEIVED, known_at: '2026-03-01 09:30:00.120000' },
  ]);
});

it('announces an account-day once, however many events it has', () => {
  const routed = route([
    wireTrack({ id: '1' }),
    wireTrack({ id: '2' }),
    wireTrack({ id: '3', event: 'login' }),
  ]);
  expect(rowsOf(routed.announcement, 'changed_account_days').map(({ event }) => event)).toEqual([
    'message_sent',
    'login',
  ]);
});

it('puts at most a hundred months into a block, and few blocks when months come in any order', () => {
  const months = Array.from({ length: 600 }, (_, n) =>
    new Date(Date.UTC(1990, (n * 77) % 250, 15)).toISOString(),
  );
  const blocks = route(months.map((timestamp, n) => wireTrack({ id: `${n}`, timestamp }))).rows;
  expect(blocks).toHaveLength(3);
  for (const block of blocks) {
    const inBlock = new Set(rowsOf([block], 'usage_events').map(({ timestamp }) => timestamp?.slice(0, 7)));
    expect(inBlock.size).toBeLessThanOrEqual(100);
  }
  expect(blocks.reduce((sum, { rows }) => sum + rows, 0)).toBe(600);
});

it('any text survives the way into a block', () => {
  const text = fc.string({
    unit: fc.oneof(
      fc.constantFrom('\t', '\n', '\r', '\\', '\0', "'", '"', 'N'),
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
    ),
    minLength: 1,
  });
  fc.assert(
    fc.property(text, text, text, (account, event, value) => {
      const routed = route([wireTrack({ account_id: account, event, properties: { [value]: value } })]);
      const [row] = rowsOf(routed.rows, 'usage_events');
      expect(row).toMatchObject({ account_id: account, event, offset: '0' });
      expect(JSON.parse(row?.properties ?? '')).toEqual(JSON.parse(JSON.stringify({ [value]: value })));
      expect(rowsOf(routed.announcement, 'changed_account_days')).toMatchObject([
        { account_id: account, event },
      ]);
    }),
  );
});
