// The views that data teams read: what happened, who the accounts are, and what Tidemark says of them. Their names
// and columns are a promise; the tables below them are not.
import type { Migration } from '../migration.ts';

/**
 * A row without an account goes to the account whose membership was valid at its time, else to the user's first
 * one, ties to the smallest account. The inner selects are named apart, since an alias would hide a column.
 */
const attributed = `
  SELECT
    if(valid.account_id != '', valid.account_id, initial.account_id) AS owner,
    loose.user_id AS owner_user, loose.event AS event, loose.timestamp AS timestamp, loose.id AS id,
    loose.properties AS properties, loose.received_at AS received_at, loose.precedence AS precedence
  FROM (
    SELECT user_id, event, timestamp, id, properties, received_at, precedence FROM unattributed_events FINAL
  ) AS loose
  ASOF LEFT JOIN (
    SELECT user_id, valid_from, min(account_id) AS account_id FROM memberships GROUP BY user_id, valid_from
  ) AS valid ON loose.user_id = valid.user_id AND loose.timestamp >= valid.valid_from
  LEFT JOIN (
    SELECT user_id, argMin(account_id, (valid_from, account_id)) AS account_id FROM memberships GROUP BY user_id
  ) AS initial ON loose.user_id = initial.user_id`;

/** The latest value of each trait that was not taken away; a JSON string without its quotes. */
const traits = `
  SELECT
    account_id,
    trait,
    argMax(value, (valid_from, message_id)) AS latest,
    if(JSONType(latest) = 'String', JSONExtractString(latest), latest) AS value_text
  FROM account_traits FINAL
  GROUP BY account_id, trait
  HAVING latest != 'null'`;

export const views: Migration = {
  number: 2,
  name: 'views',
  statements: [
    `CREATE VIEW events (
  account_id String COMMENT 'the account''s id; empty when the event has none and its user belongs to none',
  user_id String COMMENT 'empty when the event has none',
  event LowCardinality(String) COMMENT 'the event''s name',
  timestamp DateTime64(3, 'UTC') COMMENT 'when it happened, UTC',
  id String COMMENT 'the idempotency key: one row per account, event, UTC day and id, the first received',
  properties String COMMENT 'JSON object',
  received_at DateTime64(6, 'UTC') COMMENT 'when Tidemark received it, UTC',
  attributed Bool COMMENT 'true when the account was found through the user''s memberships'
) AS
SELECT account_id, user_id, event, timestamp, id, properties, received_at, false AS attributed
FROM usage_events FINAL
UNION ALL
SELECT owner AS account_id, owner_user AS user_id, event, timestamp, id, properties, received_at, owner != '' AS attributed
FROM (
  SELECT * FROM (${attributed})
  ORDER BY precedence DESC, owner_user
  LIMIT 1 BY owner, if(owner = '', owner_user, ''), event, toDate(timestamp), id
)
WHERE (owner, event, toDate(timestamp), id) NOT IN (
  SELECT account_id, event, toDate(timestamp), id FROM usage_events
  WHERE id IN (SELECT id FROM unattributed_events))`,

    `CREATE VIEW signal_history (
  account_id String,
  rule LowCardinality(String) COMMENT 'the rule''s name',
  kind LowCardinality(String) COMMENT 'the rule''s kind, such as pql or churn_risk',
  step UInt32 COMMENT 'number of the transition, from 1 for each account and rule',
  episode String COMMENT 'from one opening to its end; empty before the first',
  from LowCardinality(String) COMMENT 'state before',
  to LowCardinality(String) COMMENT 'state after: none, pending, open, recovering or resolved',
  at DateTime64(3, 'UTC') COMMENT 'the instant that was evaluated, UTC',
  day Date COMMENT 'the project''s local day of it',
  reason LowCardinality(String) COMMENT 'condition, timer, missing, left, rule_changed, rule_deleted, manual or baseline',
  severity LowCardinality(String) COMMENT 'critical, high, medium or low',
  sentence String COMMENT 'what the rule says of the account',
  evidence String COMMENT 'JSON: the values that decided',
  held Bool COMMENT 'opened beyond the rule''s max_new_per_day',
  silent Bool COMMENT 'opened while muted or in stage shadow: never sent'
) AS
SELECT account_id, rule, kind, step, episode, from, to, at, day, reason, severity, sentence, evidence, held, silent
FROM transitions FINAL`,

    `CREATE VIEW signals (
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

    `CREATE VIEW accounts_current (
  account_id String,
  first_seen DateTime64(3, 'UTC') COMMENT 'time of its first event, membership or trait, UTC',
  last_seen DateTime64(3, 'UTC') COMMENT 'time of its last event, membership or trait, UTC',
  traits Map(String, String) COMMENT 'latest values; what is no text is JSON'
) AS
SELECT seen.account_id AS account_id, seen.first_at AS first_seen, seen.last_at AS last_seen, known.traits AS traits
FROM (
  SELECT account_id, min(first_seen) AS first_at, max(last_seen) AS last_at FROM accounts GROUP BY account_id
) AS seen
LEFT JOIN (
  SELECT account_id, mapFromArrays(groupArray(toString(trait)), groupArray(value_text)) AS traits
  FROM (SELECT account_id, trait, value_text FROM (${traits}) ORDER BY account_id, trait)
  GROUP BY account_id
) AS known ON seen.account_id = known.account_id`,

    `CREATE VIEW account_scores (
  account_id String,
  score LowCardinality(String) COMMENT 'the score''s name',
  value Nullable(Decimal(9, 2)) COMMENT '0 to 100; null when too little of it is known',
  band LowCardinality(String) COMMENT 'the band''s name, or empty',
  coverage Float64 COMMENT 'share of the weights that were known, 0 to 1',
  parts String COMMENT 'JSON array of part, points, weight, value; the points add up to the value',
  at DateTime64(3, 'UTC') COMMENT 'the instant that was evaluated, UTC',
  day Date COMMENT 'the project''s local day of it'
) AS
SELECT account_id, score, last.1 AS value, last.2 AS band, last.3 AS coverage, last.4 AS parts, last.5 AS at, last.6 AS day
FROM (
  SELECT account_id, score, argMax((value, band, coverage, parts, at, day), tick) AS last
  FROM scores GROUP BY account_id, score
)`,
  ],
};
