// Builders with defaults for the tests of ingest, and a store that keeps the blocks it was given.

import { decodeObject } from '../../../src/ingest/decode-object.ts';
import type { BatchStamp } from '../../../src/ingest/event-router.ts';
import type { CanonicalEvent } from '../../../src/model/event.ts';
import type { BatchId } from '../../../src/model/ids.ts';
import type { InsertBlock, Store } from '../../../src/model/store.ts';
import type { EpochMicros } from '../../../src/model/time.ts';
import { readRowBinary } from './read-row-binary.ts';

/** 2026-03-01 12:00:00.000123 UTC. */
export const RECEIVED_AT = 1_772_366_400_000_123 as EpochMicros;
export const BATCH_ID = '0190a1b2-c3d4-7e5f-8a9b-0123456789ab' as BatchId;

export const wireTrack = (fields: object = {}): object => ({
  type: 'track',
  id: 'e1',
  account_id: 'acme',
  user_id: 'ann',
  event: 'message_sent',
  timestamp: '2026-03-01T09:30:00.120Z',
  properties: { channel: 'general' },
  ...fields,
});

/** @throws Error when `wire` is rejected. */
export function eventOf(wire: object): CanonicalEvent {
  const decoded = decodeObject(wire, { receivedAt: RECEIVED_AT });
  if (!decoded.ok) throw new Error(decoded.rejection.detail);
  return decoded.event;
}

export const stamp = (fields: Partial<BatchStamp> = {}): BatchStamp => ({
  batchId: BATCH_ID,
  receivedAt: RECEIVED_AT,
  topic: 'events',
  partition: 3,
  history: false,
  ...fields,
});

/** The rows of all blocks of a table, each by column, their format undone. */
export function rowsOf(blocks: readonly InsertBlock[], table: string): Record<string, string>[] {
  return blocks.filter((block) => block.table === table).flatMap(readBlock);
}

function readBlock(block: InsertBlock): Record<string, string>[] {
  return block.format === 'RowBinary' ? readRowBinary(block) : readTabSeparated(block);
}

function readTabSeparated({ columns, rows, body }: InsertBlock): Record<string, string>[] {
  const lines = Buffer.from(body).toString('utf8').split('\n').slice(0, -1);
  if (lines.length !== rows) throw new Error(`the block says ${rows} rows and has ${lines.length}`);
  return lines.map((line) => {
    const fields = line.split('\t').map(readField);
    if (fields.length !== columns.length)
      throw new Error(`${fields.length} fields for ${columns.length} columns`);
    return Object.fromEntries(columns.map((column, index) => [column, fields[index] ?? '']));
  });
}

const UNESCAPED: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', '\\': '\\' };

const readField = (field: string): string =>
  field.replace(/\\(.)/gs, (_, character: string) => UNESCAPED[character] ?? `\\${character}`);

export interface RecordingStore extends Store {
  readonly blocks: InsertBlock[];
}

/** `failing` names tables whose inserts are refused. */
export function recordingStore(failing: ReadonlySet<string> = new Set()): RecordingStore {
  const blocks: InsertBlock[] = [];
  const unused = (): never => {
    throw new Error('ingest only inserts');
  };
  return {
    blocks,
    insert: async (block) => {
      await new Promise((resolve) => setImmediate(resolve));
      if (failing.has(block.table)) throw new Error(`no insert into ${block.table}`);
      blocks.push(block);
    },
    query: unused,
    queryRaw: unused,
    execute: unused,
    ping: async () => true,
    close: async () => {},
  };
}
