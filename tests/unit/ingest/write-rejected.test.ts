import { expect, it } from 'vitest';
import { writeRejected } from '../../../src/ingest/write-rejected.ts';
import type { DeadLetterMessage } from '../../../src/model/event-log.ts';
import { RECEIVED_AT, recordingStore, rowsOf } from './build.ts';

const refused = (text: string) => ({
  body: Buffer.from(text),
  rejection: { reason: 'invalid_json', detail: 'not JSON' } as const,
  receivedAt: RECEIVED_AT,
});

it('what the collector refused is kept in table and topic, the same body at the same place', async () => {
  const store = recordingStore();
  const copies: DeadLetterMessage[] = [];
  const log = {
    publishDeadLetters: async (letters: readonly DeadLetterMessage[]) => void copies.push(...letters),
  };
  await writeRejected({ store, log }, [refused('{a'), refused('{b')]);
  await writeRejected({ store, log }, [refused('{a')]);
  const rows = rowsOf(store.blocks, 'dead_letters');
  expect(rows).toMatchObject([
    { source: 'collector', topic: 'collector', reason: 'invalid_json', body: '{a' },
    { body: '{b' },
    { body: '{a' },
  ]);
  expect(rows[2]?.offset).toBe(rows[0]?.offset);
  expect(rows[1]?.offset).not.toBe(rows[0]?.offset);
  expect(copies).toHaveLength(3);
});

it('what is the same bytes with other headers, or on another path, is another dead letter', async () => {
  const store = recordingStore();
  const said = [
    { path: '/events', 'ce-id': '1' },
    { path: '/events', 'ce-id': '2' },
    { path: '/v1/track' },
    { path: '/v1/page' },
    { 'ce-id': '1', path: '/events' },
  ];
  const letters = said.map((headers) => ({ ...refused('{}'), headers }));
  await writeRejected({ store, log: { publishDeadLetters: async () => {} } }, letters);
  const offsets = rowsOf(store.blocks, 'dead_letters').map(({ offset }) => offset);
  expect(new Set(offsets).size).toBe(4);
  expect(offsets[4]).toBe(offsets[0]);
});

it('nothing refused writes nothing', async () => {
  const store = recordingStore();
  await writeRejected({ store, log: { publishDeadLetters: async () => {} } }, []);
  expect(store.blocks).toEqual([]);
});
