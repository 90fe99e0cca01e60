// What the tests of formats have in common.

import type { RecordSplitter } from '../../../../src/ingest/import/file-record.ts';
import type { DecodedRecord, ImportFormat } from '../../../../src/ingest/import/import-format.ts';
import type { RowMapping } from '../../../../src/ingest/import/row-mapping.ts';
import type { CanonicalEvent } from '../../../../src/model/event.ts';
import { UTC } from '../../../../src/model/time.ts';
import { RECEIVED_AT } from '../build.ts';

/** Every record of `text`, its bytes cut into chunks of these lengths. */
export function split(splitter: RecordSplitter, text: string | Buffer, cuts: readonly number[] = []) {
  const bytes = Buffer.from(text);
  let at = 0;
  const records = cuts.flatMap((length) => {
    const chunk = bytes.subarray(at, at + length);
    at += length;
    return splitter.push(chunk);
  });
  return [...records, ...splitter.push(bytes.subarray(at)), ...splitter.end()];
}

export const texts = (records: ReturnType<typeof split>) => records.map(({ bytes }) => bytes.toString());

/** What becomes of each record of a file. */
export const decodeFile = (format: ImportFormat, text: string | Buffer): readonly DecodedRecord[] =>
  split(format.splitter(), text).map((record) => format.decode(record, { receivedAt: RECEIVED_AT }));

/** @throws Error when one is refused. */
export const eventsOf = (format: ImportFormat, text: string): readonly CanonicalEvent[] =>
  decodeFile(format, text).flatMap((decoded) => {
    if (!decoded.ok) throw new Error(decoded.rejection.detail);
    return decoded.events;
  });

export const mapping = (fields: Partial<RowMapping> = {}): RowMapping => ({
  type: 'track',
  event: { column: 'event' },
  account_id: { column: 'org' },
  timestamp: { column: 'at', format: 'iso', timezone: UTC },
  fields: {},
  delimiter: ',',
  header: true,
  ...fields,
});
