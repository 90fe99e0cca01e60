// The community data, line by line, and what a plain loop makes of it. Shares no code with what it is held against.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

const file = fileURLToPath(new URL('../../../../shared/data/community-activity.ndjson.gz', import.meta.url));

/** @throws Error when the data is not beside the repository: a test that needs it fails and says so. */
export function communityFile(): string {
  if (existsSync(file)) return file;
  throw new Error(
    'the community data is missing: put community-activity.ndjson.gz into ../shared/data, beside the repository',
  );
}

export const communityLines = (): readonly string[] =>
  gunzipSync(readFileSync(communityFile())).toString('utf8').trimEnd().split('\n');

interface Message {
  readonly type: string;
  readonly id: string;
  readonly account_id?: string;
  readonly user_id?: string;
  readonly event?: string;
  readonly timestamp: string;
}

interface CountedEvent {
  /** '' where neither the event nor a membership of its user names one. */
  readonly account: string;
  readonly user: string;
  readonly event: string;
  /** UTC. */
  readonly day: string;
}

export interface Recount {
  readonly events: readonly CountedEvent[];
  /** UTC days on which an account was first seen, by an event or a `group` call. */
  readonly firstDays: ReadonlyMap<string, string>;
}

/** Every event once, with its account: its own, else that of the user's membership at its time, else the first one. */
export function recountEvents(lines: readonly string[]): Recount {
  const messages = lines.map((line): Message => JSON.parse(line));
  const joined = new Map<string, { from: string; account: string }[]>();
  const firstDays = new Map<string, string>();
  const see = (account: string, day: string): void => {
    const known = firstDays.get(account);
    if (known === undefined || day < known) firstDays.set(account, day);
  };
  for (const { type, account_id: account, user_id: user, timestamp } of messages) {
    if (account !== undefined) see(account, timestamp.slice(0, 10));
    if (type !== 'group' || account === undefined || user === undefined) continue;
    joined.set(user, [...(joined.get(user) ?? []), { from: timestamp, account }]);
  }
  const events = new Map<string, CountedEvent>();
  for (const { type, id, account_id, user_id: user = '', event = '', timestamp } of messages) {
    if (type !== 'track') continue;
    const day = timestamp.slice(0, 10);
    const account = account_id ?? ownerAt(joined.get(user) ?? [], timestamp);
    const key = [account === '' ? user : account, event, day, id].join('\n');
    if (!events.has(key)) events.set(key, { account, user, event, day });
  }
  return { events: [...events.values()], firstDays };
}

function ownerAt(memberships: readonly { from: string; account: string }[], at: string): string {
  const ordered = [...memberships].sort((a, b) =>
    a.from === b.from ? (a.account < b.account ? -1 : 1) : a.from < b.from ? -1 : 1,
  );
  let owner = ordered[0];
  for (const one of ordered) {
    if (one.from <= at && one.from !== owner?.from) owner = one;
  }
  return owner?.account ?? '';
}
