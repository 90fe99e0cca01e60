// The hash of canonical JSON: equal definitions have equal hashes, whatever the order of their keys.
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { canonicalJson } from '../model/canonical-json.ts';
import type { JsonValue } from '../model/json.ts';

/** SHA-256 of the canonical JSON, in hex. */
export const hashJson = (value: JsonValue): string => bytesToHex(sha256(utf8ToBytes(canonicalJson(value))));
