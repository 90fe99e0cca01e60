// Rows of the table `dead_letters`: what could not be decoded, byte for byte, with its place and the reason.
import { Buffer } from 'node:buffer';
import type { Rejection } from '../model/event.ts';
import type { InsertBlock } from '../model/store.ts';
import { escapeTabSeparated } from '../model/tab-separated.ts';
import { INSERT_COLUMNS } from '../model/tables.ts';
import type { EpochMicros } from '../model/time.ts';
import { UtcText } from './utc-text.ts';

export type DeadLetterSource = 'collector' | 'topic' | 'import';

export interface DeadLetter {
  readonly offset: number;
  /** Empty for a tombstone. */
  readonly body: Uint8Array;
  /** When the log took it: stands in for a timestamp that the message has not. Undefined: when it was received. */
  readonly appendedAt?: EpochMicros | undefined;
  /** That the message had in the log; undefined when it had none. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly rejection: Rejection;
}

export interface DeadLetterPlace {
  readonly source: DeadLetterSource;
  readonly topic: string;
  readonly partition: number;
  readonly receivedAt: EpochMicros;
}

/** One block, or none. Bodies need not be UTF-8. */
export function buildDeadLetters(
  letters: readonly DeadLetter[],
  place: DeadLetterPlace,
): readonly InsertBlock[] {
  if (letters.length === 0) return [];
  const utc = new UtcText();
  const receivedAt = utc.micros(place.receivedAt);
  const prefix = `${receivedAt}\t${place.source}\t${asBytes(place.topic)}\t${place.partition}\t`;
  const lines = letters.map(({ offset, body, appendedAt, headers, rejection }) => {
    const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1');
    const told = `${rejection.reason}\t${asBytes(rejection.detail)}\t${asBytes(headersText(headers))}`;
    return `${prefix}${offset}\t${told}\t${utc.micros(appendedAt ?? place.receivedAt)}\t${escapeTabSeparated(bytes)}\n`;
  });
  return [
    {
      table: 'dead_letters',
      columns: INSERT_COLUMNS.dead_letters,
      rows: letters.length,
      body: Buffer.from(lines.join(''), 'latin1'),
    },
  ];
}

/** As the column and the copy's header `headers` have them: JSON, or empty. */
export const headersText = (headers: DeadLetter['headers']): string =>
  headers === undefined ? '' : JSON.stringify(headers);

/** Text as latin1 characters that stand for its UTF-8 bytes, to be joined with bodies that are no text. */
const asBytes = (text: string): string => escapeTabSeparated(Buffer.from(text, 'utf8').toString('latin1'));
