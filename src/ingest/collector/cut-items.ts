// Cuts the messages of a request out of its bytes, so that a refused one is kept as it came: read and written again, a
// large number loses digits, and what nests deeper than the stack cannot be written at all.
import type { Buffer } from 'node:buffer';
import { trimSpace } from '../import/split-array.ts';

const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c];
const [OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];
const BATCH = 'batch';

/**
 * The elements of the array that `json` is or holds as "batch", parts of the same memory; undefined when there is none.
 * Looks at brackets and quotes only: `json` must be known to be JSON.
 */
export function cutItems(json: Buffer): readonly Buffer[] | undefined {
  let items: Buffer[] | undefined;
  /** Brackets that are open, and how many are where the array's elements stand; 0 outside of it. */
  let [depth, arrayDepth] = [0, 0];
  let [itemStart, name] = [0, ''];
  const complete = (end: number): void => {
    const item = trimSpace(json.subarray(itemStart, end));
    if (item.length > 0) items?.push(item);
    itemStart = end + 1;
  };
  const open = (byte: number, at: number): void => {
    depth++;
    const isOfItems = depth === 1 || (depth === 2 && name === BATCH);
    if (byte !== OPEN_ARRAY || arrayDepth > 0 || !isOfItems) return;
    [items, arrayDepth, itemStart] = [[], depth, at + 1];
  };
  const close = (at: number): void => {
    if (depth === arrayDepth) {
      complete(at);
      arrayDepth = 0;
    }
    depth--;
  };
  for (let at = 0; at < json.length; at++) {
    const byte = json[at];
    if (byte === QUOTE) {
      const end = endOfText(json, at);
      if (depth === 1 && arrayDepth === 0) name = json.toString('latin1', at + 1, Math.min(end, at + 7));
      at = end;
    } else if (byte === OPEN_ARRAY || byte === OPEN_OBJECT) open(byte, at);
    else if (byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) close(at);
    else if (byte === COMMA && depth === arrayDepth) complete(at);
  }
  return items;
}

/** Where the text's closing quote is. */
function endOfText(json: Buffer, start: number): number {
  for (let at = start + 1; at < json.length; at++) {
    if (json[at] === BACKSLASH) at++;
    else if (json[at] === QUOTE) return at;
  }
  return json.length;
}
