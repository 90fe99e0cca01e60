// Canonical JSON and its hash: equal definitions have equal hashes, whatever the order of their keys.
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { JsonValue } from '../model/json.ts';

/** SHA-256 of the canonical JSON, in hex. */
export const hashJson = (value: JsonValue): string => bytesToHex(sha256(utf8ToBytes(canonicalJson(value))));

/** Keys sorted by code unit, no white space. */
export function canonicalJson(value: JsonValue): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (isList(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join(',')}}`;
}

const isList = (value: JsonValue & object): value is readonly JsonValue[] => Array.isArray(value);
