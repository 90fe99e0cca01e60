// What a format is to an import: how a file is cut into records, and which events a record says.
import type { CanonicalEvent } from '../../model/event.ts';
import type { DecodeContext, Refused } from '../read-fields.ts';
import type { FileRecord, RecordSplitter } from './file-record.ts';

export type FormatName = 'canonical' | 'segment' | 'posthog' | 'mixpanel' | 'csv';

/** A record is taken as a whole or not at all: when one of its events is none, it is refused. */
export type DecodedRecord = { readonly ok: true; readonly events: readonly CanonicalEvent[] } | Refused;

export interface ImportFormat {
  readonly name: FormatName;
  splitter(): RecordSplitter;
  /** Never throws. `record` is neither empty nor too long. */
  decode(record: FileRecord, context: DecodeContext): DecodedRecord;
}

/** The file is not what the format or the mapping says. Told before anything of it is imported. */
export class FormatError extends Error {
  override readonly name = 'FormatError';
}
