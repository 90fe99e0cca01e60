// SQL of events that nobody sends: changes of traits, openings of signals, joining of users. In the columns of raw
// rows, so that series are made from them as from events.
import type { Corrections } from '../../model/corrections.ts';
import { namesOf } from '../names-of-rule.ts';
import type { Ruleset } from '../ruleset.ts';
import type { EventSet, TrackedEvents } from '../series.ts';
import { stringRef, type TextScope } from './compilation.ts';
import { jsonToText } from './emit-trait.ts';
import { writeIds } from './write-persons.ts';
import { writeAttribution, writeMemberUsers } from './write-raw-rows.ts';
import { fromAccountTraits, fromMemberships, fromUserTraits } from './write-statements.ts';

export interface MadeRows {
  readonly text: TextScope;
  readonly ruleset: Ruleset;
  /** SQL over `account_id`: only these accounts. */
  readonly accounts: string;
  readonly corrections: Corrections;
}

type MadeEvents = Exclude<EventSet, TrackedEvents>;

/** Yields account_id, event, timestamp, id, user_id, properties and local_day. */
export function writeMadeRows(made: MadeRows, events: MadeEvents): string {
  switch (events.kind) {
    case 'account_trait':
      return accountTraitChanges(made, events.trait);
    case 'user_trait':
      return userTraitChanges(made, events.trait);
    case 'signal':
      return openings(made, events.rule);
    case 'members':
      return joinings(made);
  }
}

const zoneOf = (text: TextScope): string => stringRef(text, text.timezone);

const accountTraitChanges = ({ text, accounts, corrections }: MadeRows, trait: string): string =>
  `SELECT account_id, '' AS event, timestamp, id, '' AS user_id, properties, toDate(timestamp, ${zoneOf(text)}) AS local_day
FROM (${changes(
    'account_id',
    `SELECT * FROM ${fromAccountTraits(corrections, `${accounts} AND trait = ${stringRef(text, trait)}`)}`,
  )})`;

function userTraitChanges({ text, accounts, corrections }: MadeRows, trait: string): string {
  const users = ofMembers(corrections, accounts);
  const loose = `SELECT '' AS event, timestamp, id, user_id, properties, 0 AS precedence
  FROM (${changes(
    'user_id',
    `SELECT * FROM ${fromUserTraits(corrections, { users, where: `trait = ${stringRef(text, trait)}` })}`,
  )})`;
  return `SELECT account_id, event, timestamp, id, user_id, properties, toDate(timestamp, ${zoneOf(text)}) AS local_day
FROM (${writeAttribution(corrections, loose, users)})
WHERE ${accounts}`;
}

const ofMembers = (corrections: Corrections, accounts: string): string =>
  `user_id IN (${writeIds(corrections, writeMemberUsers(accounts))})`;

/** From the history of one trait: where its text is another than before, once there was one. */
const changes = (owner: 'account_id' | 'user_id', history: string): string => `
  SELECT ${owner}, valid_from AS timestamp, message_id AS id,
    concat('{"from":', if(before = '', 'null', before), ',"to":', value, '}') AS properties
  FROM (
    SELECT ${owner}, valid_from, message_id, value,
      lagInFrame(value) OVER history AS before,
      countIf(value != 'null') OVER (PARTITION BY ${owner} ORDER BY valid_from, message_id
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS known_before
    FROM (${history})
    WINDOW history AS (PARTITION BY ${owner} ORDER BY valid_from, message_id
      ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
  )
  WHERE known_before > 0 AND NOT (${jsonToText('value')} <=> ${jsonToText('before')})`;

/** A renamed rule goes on where it stood. An opening is an event of the next day, so that no day sees its own. */
function openings({ text, ruleset, accounts }: MadeRows, rule: string): string {
  const names = namesOf(ruleset, rule).map((name) => stringRef(text, name));
  return `SELECT account_id, '' AS event, at AS timestamp, episode AS id, '' AS user_id, '' AS properties, day + 1 AS local_day
FROM transitions FINAL
WHERE ${accounts} AND rule IN (${names.join(', ')}) AND to = 'open' AND from IN ('none', 'pending')
  AND tick <= {bound:Int64}`;
}

/** A person's earliest membership of the account. */
const joinings = ({ text, accounts, corrections }: MadeRows): string =>
  `SELECT account_id, '' AS event, first_joined AS timestamp, user_id AS id, user_id, '' AS properties,
  toDate(first_joined, ${zoneOf(text)}) AS local_day
FROM (
  SELECT account_id, user_id, min(valid_from) AS first_joined
  FROM ${fromMemberships(corrections, { users: ofMembers(corrections, accounts), where: accounts })}
  GROUP BY account_id, user_id)`;
