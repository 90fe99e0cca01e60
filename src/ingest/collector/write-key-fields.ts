// Write keys as they stand in the bytes of a body. Dead letters are read by more people than may know a key, so what
// is kept is without; and who has sent what cannot be read can still be known by it.
import { Buffer } from 'node:buffer';

/** Characters; what is longer is no key. */
const LONGEST_KEY = 400;
/** A key that is as long is itself wherever it stands; a shorter one only as a whole text. */
const UNMISTAKABLE = 16;

/** `body` without the values of these fields, and without `key`; itself where neither is in it. */
export function blankKeys(body: Uint8Array, fields: readonly string[], key: string | undefined): Uint8Array {
  const text = toLatin1(body);
  // Most have none, and there may be a hundred thousand.
  const hasField = fields.some((name) => text.includes(name));
  let blanked = !hasField ? text : text.replace(fieldPattern(fields), '"$1"$2"$4');
  if (key !== undefined && key !== '') {
    const known = Buffer.from(key).toString('latin1');
    blanked =
      known.length < UNMISTAKABLE ? blanked.replaceAll(`"${known}"`, '""') : blanked.replaceAll(known, '');
  }
  return blanked === text ? body : Buffer.from(blanked, 'latin1');
}

/** The first that stands in one of these fields, wherever in the body; undefined when there is none. */
export function findKey(body: Uint8Array, fields: readonly string[]): string | undefined {
  if (fields.length === 0) return undefined;
  const found = fieldPattern(fields).exec(toLatin1(body));
  return found?.[4] === '"' ? found[3] : undefined;
}

/** Name, what stands between, value, and its end: the last of a body that is cut off may have none. */
function fieldPattern(fields: readonly string[]): RegExp {
  const names = fields.map((name) => name.replaceAll('$', '\\$')).join('|');
  return new RegExp(`"(${names})"(\\s*:\\s*)"((?:[^"\\\\]|\\\\.){0,${LONGEST_KEY}})("|$)`, 'gs');
}

const toLatin1 = ({ buffer, byteOffset, byteLength }: Uint8Array): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString('latin1');
