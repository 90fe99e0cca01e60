// The views of 0002 over what is left and of whom it is: users that aliases join are one person, and what was taken
// back does not show.
import type { Migration } from '../migration.ts';

/** user_id and person_id; an id that is joined with none has no row. */
const persons = 'SELECT user_id, argMax(person_id, version) AS person_id FROM user_persons GROUP BY user_id';

const person = `if(persons.person_id = '', sent.user_id, persons.person_id)`;
const joinPersons = `LEFT JOIN (${persons}) AS persons ON persons.user_id = sent.user_id`;

/** Of raw events, by the account or by the user that they were sent with. */
const ofOwner = (owner: 'account_id' | 'user_id') => `account_id ${owner === 'account_id' ? '!=' : '='} ''`;

const joinRetracted = (owner: 'account_id' | 'user_id') => `LEFT JOIN (
    SELECT ${owner} AS owner, groupArray((user_id, toString(event), until)) AS scopes
    FROM retractions WHERE ${ofOwner(owner)} AND event_id = '' GROUP BY owner
  ) AS retracted ON retracted.owner = sent.${owner}`;

const notRetracted = `NOT arrayExists(
    scope -> (scope.1 = '' OR scope.1 = sent.user_id) AND (scope.2 = '' OR scope.2 = sent.event) AND sent.timestamp <= scope.3,
    retracted.scopes)`;

const notNamed = (owner: 'account_id' | 'user_id') => `(${owner}, event, toDate(timestamp), id) NOT IN (
    SELECT ${owner}, event, day, event_id FROM retractions WHERE ${ofOwner(owner)} AND event_id != '')`;

const direct = `
  SELECT sent.account_id AS account_id, ${person} AS user_id, sent.event AS event, sent.timestamp AS timestamp,
    sent.id AS id, sent.properties AS properties, sent.received_at AS received_at
  FROM (SELECT account_id, user_id, event, timestamp, id, properties, received_at FROM usage_events FINAL
    WHERE ${notNamed('account_id')}) AS sent
  ${joinRetracted('account_id')}
  ${joinPersons}
  WHERE ${notRetracted}`;

const loose = `
  SELECT ${person} AS user_id, sent.event AS event, sent.timestamp AS timestamp, sent.id AS id,
    sent.properties AS properties, sent.received_at AS received_at, sent.precedence AS precedence
  FROM (
    SELECT user_id, event, timestamp, id, properties, received_at, precedence FROM unattributed_events FINAL
    WHERE ${notNamed('user_id')}
  ) AS sent
  ${joinRetracted('user_id')}
  ${joinPersons}
  WHERE ${notRetracted}
  ORDER BY precedence DESC, user_id LIMIT 1 BY user_id, event, toDate(timestamp), id`;

const ofStatements = `account_id != '' AND event = '' AND event_id = ''`;

const members = `
  SELECT ${person} AS user_id, sent.valid_from AS valid_from, sent.account_id AS account_id
  FROM (SELECT user_id, valid_from, account_id FROM memberships) AS sent
  LEFT JOIN (
    SELECT account_id, groupArray((user_id, until)) AS scopes FROM retractions WHERE ${ofStatements} GROUP BY account_id
  ) AS retracted ON retracted.account_id = sent.account_id
  ${joinPersons}
  WHERE NOT arrayExists(
    scope -> (scope.1 = '' OR scope.1 = sent.user_id) AND sent.valid_from <= scope.2, retracted.scopes)`;

/** See 0002: by the membership valid at its time, else the user's first one, ties to the smallest account. */
const attributed = `
  SELECT
    if(valid.account_id != '', valid.account_id, initial.account_id) AS owner,
    loose.user_id AS owner_user, loose.event AS event, loose.timestamp AS timestamp, loose.id AS id,
    loose.properties AS properties, loose.received_at AS received_at, loose.precedence AS precedence
  FROM (${loose}) AS loose
  ASOF LEFT JOIN (
    SELECT user_id, valid_from, min(account_id) AS account_id FROM (${members}) GROUP BY user_id, valid_from
  ) AS valid ON loose.user_id = valid.user_id AND loose.timestamp >= valid.valid_from
  LEFT JOIN (
    SELECT user_id, argMin(account_id, (valid_from, account_id)) AS account_id FROM (${members}) GROUP BY user_id
  ) AS initial ON loose.user_id = initial.user_id`;

const statedTraits = `
    SELECT sent.account_id AS account_id, sent.trait AS trait, sent.valid_from AS valid_from,
      sent.message_id AS message_id, sent.value AS value
    FROM (SELECT account_id, trait, valid_from, message_id, value FROM account_traits FINAL) AS sent
    LEFT JOIN (
      SELECT account_id, max(until) AS until FROM retractions WHERE ${ofStatements} AND user_id = '' GROUP BY account_id
    ) AS retracted ON retracted.account_id = sent.account_id
    WHERE sent.valid_from > retracted.until`;

/** The latest value of each trait that was not taken away; a JSON string without its quotes. */
const traits = `
  SELECT
    account_id,
    trait,
    argMax(value, (valid_from, message_id)) AS latest,
    if(JSONType(latest) = 'String', JSONExtractString(latest), latest) AS value_text
  FROM (${statedTraits})
  GROUP BY account_id, trait
  HAVING latest != 'null'`;

/** Accounts that had something taken back: the table of accounts cannot forget. */
const doubted = `SELECT account_id FROM retractions WHERE account_id != ''`;

const seen = `
  SELECT account_id, min(accounts.first_seen) AS first_at, max(accounts.last_seen) AS last_at FROM accounts
  WHERE account_id NOT IN (${doubted}) GROUP BY account_id
  UNION ALL
  SELECT account_id, min(at) AS first_at, max(at) AS last_at FROM (
    SELECT account_id, timestamp AS at FROM (${direct}) WHERE account_id IN (${doubted})
    UNION ALL SELECT account_id, valid_from AS at FROM (${members}) WHERE account_id IN (${doubted})
    UNION ALL SELECT account_id, valid_from AS at FROM (${statedTraits}) WHERE account_id IN (${doubted}))
  GROUP BY account_id`;

export const viewsOfCorrections: Migration = {
  number: 18,
  name: 'views-of-corrections',
  statements: [
    `CREATE OR REPLACE VIEW events (
  account_id String COMMENT 'the account''s id; empty when the event has none and its user belongs to none',
  user_id String COMMENT 'empty when the event has none; of users that aliases join the id that they go by',
  event LowCardinality(String) COMMENT 'the event''s name',
  timestamp DateTime64(3, 'UTC') COMMENT 'when it happened, UTC',
  id String COMMENT 'the idempotency key: one row per account, event, UTC day and id, the first received',
  properties String COMMENT 'JSON object',
  received_at DateTime64(6, 'UTC') COMMENT 'when Tidemark received it, UTC',
  attributed Bool COMMENT 'true when the account was found through the user''s memberships'
) AS
SELECT account_id, user_id, event, timestamp, id, properties, received_at, false AS attributed
FROM (${direct})
UNION ALL
SELECT owner AS account_id, owner_user AS user_id, event, timestamp, id, properties, received_at, owner != '' AS attributed
FROM (
  SELECT * FROM (${attributed})
  ORDER BY precedence DESC, owner_user
  LIMIT 1 BY owner, if(owner = '', owner_user, ''), event, toDate(timestamp), id
)
WHERE (owner, event, toDate(timestamp), id) NOT IN (
  SELECT account_id, event, toDate(timestamp), id FROM (${direct})
  WHERE id IN (SELECT id FROM unattributed_events))`,

    `CREATE OR REPLACE VIEW signals (
  account_id String,
  account_name String COMMENT 'the trait name, else the account''s id',
  rule LowCardinality(String) COMMENT 'the rule''s name',
  kind LowCardinality(String) COMMENT 'the rule''s kind, such as pql or churn_risk',
  state LowCardinality(String) COMMENT 'none, pending, open, recovering or resolved',
  severity LowCardinality(String) COMMENT 'critical, high, medium or low',
  sentence String COMMENT 'as of the latest transition',
  since Date COMMENT 'local day on which the state was entered',
  opened_at Nullable(DateTime64(3, 'UTC')) COMMENT 'when the latest episode opened, UTC; null when it never has',
  episode String COMMENT 'the latest episode; empty when it never opened',
  step UInt32 COMMENT 'number of the latest transition',
  reason LowCardinality(String) COMMENT 'of the latest transition',
  held Bool COMMENT 'opened beyond the rule''s max_new_per_day',
  silent Bool COMMENT 'opened while muted or in stage shadow: never sent'
) AS
SELECT
  latest.account_id AS account_id,
  if(names.value_text != '', names.value_text, latest.account_id) AS account_name,
  latest.rule AS rule, latest.last.1 AS kind, latest.last.2 AS state, latest.last.3 AS severity,
  latest.last.4 AS sentence, latest.last.5 AS since, latest.opened_at AS opened_at, latest.last.6 AS episode,
  latest.last_step AS step, latest.last.7 AS reason, latest.last.8 AS held, latest.last.9 AS silent
FROM (
  SELECT
    account_id,
    rule,
    max(step) AS last_step,
    argMax((kind, to, severity, sentence, since, episode, reason, held, silent), step) AS last,
    argMinIfOrNull(at, (-toInt64(openings), step), openings > 0) AS opened_at
  FROM (SELECT * FROM transitions FINAL)
  GROUP BY account_id, rule
) AS latest
LEFT JOIN (SELECT account_id, value_text FROM (${traits}) WHERE trait = 'name') AS names
  ON latest.account_id = names.account_id`,

    `CREATE OR REPLACE VIEW accounts_current (
  account_id String,
  first_seen DateTime64(3, 'UTC') COMMENT 'time of its first event, membership or trait, UTC',
  last_seen DateTime64(3, 'UTC') COMMENT 'time of its last event, membership or trait, UTC',
  traits Map(String, String) COMMENT 'latest values; what is no text is JSON'
) AS
SELECT seen.account_id AS account_id, seen.first_at AS first_seen, seen.last_at AS last_seen, known.traits AS traits
FROM (${seen}) AS seen
LEFT JOIN (
  SELECT account_id, mapFromArrays(groupArray(toString(trait)), groupArray(value_text)) AS traits
  FROM (SELECT account_id, trait, value_text FROM (${traits}) ORDER BY account_id, trait)
  GROUP BY account_id
) AS known ON seen.account_id = known.account_id`,
  ],
};
