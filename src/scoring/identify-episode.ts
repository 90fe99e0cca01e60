// The id of an episode: derived, so that whoever opens it gives it the same name.
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { AccountId, EpisodeId, RuleName } from '../model/ids.ts';

/** From account, original rule name (`was` keeps it) and the number of the opening, from 1. 128 bits in hex. */
export const identifyEpisode = (accountId: AccountId, rule: RuleName, opening: number): EpisodeId =>
  bytesToHex(sha256(utf8ToBytes(JSON.stringify([accountId, rule, opening]))).slice(0, 16)) as EpisodeId;
