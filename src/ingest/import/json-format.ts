// Formats of JSON: an object a line, or one array of objects.
import { type Buffer, isUtf8 } from 'node:buffer';
import { decodeMessage } from '../decode-message.ts';
import { decodeObject } from '../decode-object.ts';
import { exceedsDepth } from '../exceeds-depth.ts';
import { posthogToCanonical } from '../formats/posthog-to-canonical.ts';
import { type DecodeContext, nameOf, reject } from '../read-fields.ts';
import { segmentToCanonical } from '../segment-to-canonical.ts';
import type { WireObject } from '../wire-object.ts';
import type { FileRecord, RecordSplitter } from './file-record.ts';
import type { DecodedRecord, FormatName, ImportFormat } from './import-format.ts';
import { type MixpanelOptions, mixpanelToCanonical } from './mixpanel-to-canonical.ts';
import { ArraySplitter } from './split-array.ts';
import { LineSplitter } from './split-lines.ts';
import { unpackPosthogExport } from './unpack-posthog-export.ts';

type ToCanonical = (message: WireObject, context: DecodeContext) => readonly WireObject[];

type DecodeBytes = (record: Pick<FileRecord, 'bytes'>, context: DecodeContext) => DecodedRecord;

/** As deep as an event may nest: nothing recurses over what is deeper. */
const DEPTH_LIMIT = 100;

/** Formats that need no options: their dead letters, which name them, are read again by these. */
export const REPLAYABLE = {
  segment: decoderOf((message) => [segmentToCanonical(message)]),
  posthog: decoderOf(exportedToCanonical),
} as const;

/** @param head the beginning of the file, unpacked: an array, or lines */
export function jsonFormat(
  name: Exclude<FormatName, 'csv'>,
  { head, mixpanel }: { readonly head: Buffer; readonly mixpanel: MixpanelOptions },
): ImportFormat {
  const splitter = (): RecordSplitter => (isArray(head) ? new ArraySplitter() : new LineSplitter());
  switch (name) {
    case 'canonical':
      return { name, splitter, decode: decodeCanonical };
    case 'segment':
      return { name, splitter, decode: REPLAYABLE.segment };
    case 'posthog':
      return { name, splitter, decode: REPLAYABLE.posthog };
    case 'mixpanel':
      return { name, splitter, decode: decoderOf((message) => mixpanelToCanonical(message, mixpanel)) };
  }
}

function exportedToCanonical(message: WireObject, context: DecodeContext): readonly WireObject[] {
  const unpacked = unpackPosthogExport(message);
  // JSON text inside JSON has a depth of its own.
  return exceedsDepth(unpacked, DEPTH_LIMIT) ? [unpacked] : posthogToCanonical(unpacked, context);
}

export const isArray = (head: Buffer): boolean => /^\uFEFF?\s*\[/.test(head.toString('utf8', 0, 1024));

/** Canonical and Segment messages, told apart one by one. */
function decodeCanonical({ bytes }: FileRecord, context: DecodeContext): DecodedRecord {
  const decoded = decodeMessage(bytes, context);
  return decoded.ok ? { ok: true, events: [decoded.event] } : decoded;
}

function decoderOf(toCanonical: ToCanonical): DecodeBytes {
  return ({ bytes }, context) => {
    const parsed = parse(bytes);
    if (!parsed.ok) return parsed;
    const events = [];
    for (const wire of toCanonical(parsed.message, context)) {
      const decoded = decodeObject(wire, context);
      if (!decoded.ok) return decoded;
      events.push(decoded.event);
    }
    return { ok: true, events };
  };
}

function parse(
  bytes: Buffer,
): { readonly ok: true; readonly message: WireObject } | ReturnType<typeof reject> {
  if (!isUtf8(bytes)) return reject('invalid_utf8', 'The message is not UTF-8 text.');
  let message: unknown;
  try {
    message = JSON.parse(bytes.toString('utf8').replace(/^\uFEFF/, ''));
  } catch (error) {
    const because = error instanceof Error ? error.message : String(error);
    return reject('invalid_json', `The message is not JSON: ${because}`);
  }
  if (typeof message !== 'object' || message === null || Array.isArray(message))
    return reject('not_an_object', `A message must be one JSON object, not ${nameOf(message)}.`);
  if (exceedsDepth(message, DEPTH_LIMIT))
    return reject('nested_too_deep', `Arrays and objects may nest ${DEPTH_LIMIT} deep.`);
  return { ok: true, message: message as WireObject };
}
