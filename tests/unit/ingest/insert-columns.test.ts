// RowBinary and TabSeparated carry no names: what is written must stand in the order of INSERT_COLUMNS. Every value
// of a row here is another, so that two columns that changed places show.
import { expect, it } from 'vitest';
import { buildDeadLetters } from '../../../src/ingest/build-dead-letters.ts';
import { EventRouter } from '../../../src/ingest/event-router.ts';
import { INSERT_COLUMNS } from '../../../src/model/tables.ts';
import { BATCH_ID, eventOf, RECEIVED_AT, rowsOf, stamp, wireTrack } from './build.ts';

const RECEIVED = '2026-03-01 12:00:00.000123';
const HAPPENED = '2026-03-01 09:30:00.120';
const PLACE = { topic: 'import:x', partition: '3' };

const router = new EventRouter(stamp({ history: true, topic: PLACE.topic }));
const statement = { timestamp: '2026-03-01T09:30:00.120Z', user_id: 'ann', traits: { trait: 1 } };
router.add(eventOf(wireTrack()), 10);
router.add(eventOf(wireTrack({ account_id: undefined })), 11);
router.add(eventOf({ ...statement, type: 'identify', id: 'i' }), 12);
router.add(eventOf({ ...statement, type: 'group', id: 'g', account_id: 'globex' }), 13);
const { rows, announcement } = router.build();
const letter = {
  offset: 14,
  body: Buffer.from('{'),
  headers: { ce_id: 'é\t1' },
  rejection: { reason: 'invalid_json', detail: 'a detail' } as const,
};
const letters = buildDeadLetters([letter], {
  source: 'import',
  topic: PLACE.topic,
  partition: 3,
  receivedAt: RECEIVED_AT,
});

const raw = {
  event: 'message_sent',
  timestamp: HAPPENED,
  id: 'e1',
  user_id: 'ann',
  properties: '{"channel":"general"}',
  received_at: RECEIVED,
  known_at: `${HAPPENED}000`,
  batch_id: BATCH_ID,
  ...PLACE,
};
const trait = {
  trait: 'trait',
  valid_from: HAPPENED,
  value: '1',
  received_at: RECEIVED,
  known_at: `${HAPPENED}000`,
  ...PLACE,
};
const announced = { batch_id: BATCH_ID, received_at: RECEIVED, day: '2026-03-01' };

it.each([
  ['usage_events', [{ ...raw, account_id: 'acme', offset: '10' }]],
  ['unattributed_events', [{ ...raw, offset: '11' }]],
  ['user_traits', [{ ...trait, user_id: 'ann', message_id: 'i', offset: '12' }]],
  ['account_traits', [{ ...trait, account_id: 'globex', message_id: 'g', offset: '13' }]],
  [
    'memberships',
    [
      {
        user_id: 'ann',
        valid_from: HAPPENED,
        account_id: 'globex',
        received_at: RECEIVED,
        known_at: `${HAPPENED}000`,
      },
    ],
  ],
  [
    'changed_account_days',
    [
      { ...announced, account_id: 'acme', user_id: '', event: 'message_sent' },
      { ...announced, account_id: '', user_id: 'ann', event: 'message_sent' },
      { ...announced, account_id: 'globex', user_id: '', event: '' },
      { ...announced, account_id: '', user_id: 'ann', event: '*', day: '1970-01-01' },
    ],
  ],
  [
    'dead_letters',
    [
      {
        received_at: RECEIVED,
        source: 'import',
        ...PLACE,
        offset: '14',
        reason: 'invalid_json',
        detail: 'a detail',
        headers: JSON.stringify(letter.headers),
        appended_at: RECEIVED,
        body: '{',
      },
    ],
  ],
] as const)('the rows of %s are written in the order of their columns', (table, expected) => {
  const blocks = [...rows, ...announcement, ...letters];
  expect(blocks.find((block) => block.table === table)?.columns).toBe(INSERT_COLUMNS[table]);
  expect(rowsOf(blocks, table)).toEqual(expected);
});
