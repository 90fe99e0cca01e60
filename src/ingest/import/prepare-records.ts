// From records of a file to the blocks that are written of them: rows, dead letters, and the announcement. As history:
// what is imported is known since its own time, so that a backtest sees it then.
import type { Rejection } from '../../model/event.ts';
import type { BatchId } from '../../model/ids.ts';
import type { EpochMicros } from '../../model/time.ts';
import { buildDeadLetters, type DeadLetter } from '../build-dead-letters.ts';
import { EventRouter } from '../event-router.ts';
import type { BatchBlocks } from '../write-batch.ts';
import { type FileRecord, LONGEST_RECORD } from './file-record.ts';
import type { DecodedRecord, ImportFormat } from './import-format.ts';

export interface RecordBatch {
  /** As a person calls it, for dead letters. */
  readonly file: string;
  /** `import:` and the hash of the file's content: the place that its records are of. */
  readonly topic: string;
  readonly format: Pick<ImportFormat, 'decode' | 'name'>;
  readonly records: readonly FileRecord[];
}

export interface PreparedRecords {
  readonly blocks: BatchBlocks;
  readonly records: number;
  readonly rejected: number;
}

export function prepareRecords(
  { file, topic, format, records }: RecordBatch,
  { batchId, receivedAt }: { readonly batchId: BatchId; readonly receivedAt: EpochMicros },
): PreparedRecords {
  const router = new EventRouter({ batchId, receivedAt, topic, partition: 0, history: true });
  const letters: DeadLetter[] = [];
  for (const record of records) {
    const decoded =
      record.length > record.bytes.length ? tooLarge(record) : format.decode(record, { receivedAt });
    if (decoded.ok) for (const event of decoded.events) router.add(event, record.number);
    else letters.push({ ...toLetter(file, record, decoded.rejection), headers: { format: format.name } });
  }
  const deadLetters = buildDeadLetters(letters, { source: 'import', topic, partition: 0, receivedAt });
  return {
    blocks: { ...router.build(), deadLetters },
    records: records.length,
    rejected: letters.length,
  };
}

function tooLarge({ bytes, length }: FileRecord): DecodedRecord {
  const detail = `It has ${length} bytes, and ${LONGEST_RECORD} are allowed; its first ${bytes.length} are kept.`;
  return { ok: false, rejection: { reason: 'too_large', detail } };
}

const toLetter = (file: string, { number, line, bytes }: FileRecord, rejection: Rejection): DeadLetter => ({
  offset: number,
  body: bytes,
  rejection: { ...rejection, detail: `${file}, line ${line}: ${rejection.detail}` },
});
