// Rule files for tests: the example of the language's guide, and a ruleset from text that must be sound.
import { readRuleset } from '../../../src/rules/read-ruleset.ts';
import type { Rule } from '../../../src/rules/rule.ts';
import type { RuleFiles, Ruleset } from '../../../src/rules/ruleset.ts';

export const EXAMPLE = `metrics:
  messages_ever: {count: message_sent, window: ever}
  messages:      {count: message_sent, window: 30d}
  active_users:  {users: any, window: 30d}
  seat_use:      {ratio: [active_users, account.seats], min_denominator: 3}
  idle_days:     {days_since_last: any}

segments:
  free:    {account.plan: {in: [free, trial]}}
  paying:  {account.plan: {in: [team, enterprise]}}

scores:
  adoption:
    parts:
      volume:  {weight: 50, metric: messages, from: 0, to: 2000}
      people:  {weight: 30, metric: active_users, steps: {0: 0, 10: 30, 3: 15}}
      seats:   {weight: 20, when: {seat_use: {gte: 0.8}}}
    bands: {poor: 0, good: 70, fair: 40}

rules:
  team_hits_2000_messages:
    kind: pql
    who:  {segment: free}
    when: {messages_ever: {gte: 2000}}
    say:  "{account.name} has sent {messages_ever} messages on the {account.plan} plan"
    cooldown: 90d
    notify: [crm, sdr_queue]
    outcome: {event: subscription_started, within: 30d}

  seats_go_quiet:
    kind: churn_risk
    owner: customer-success
    who:  {segment: paying, account.age_days: {gte: 45}}
    when:
      any:
        - {idle_days: {gte: 14}}
        - all: [{seat_use: {lt: 0.4}}, {score.adoption: {lt: 40}}]
    resolve_when: {idle_days: {lte: 2}}
    for: 2d
    keep_open: 3d
    severity: {medium: true, high: {idle_days: {gte: 21}}}
    say: "{account.name}: nobody active for {idle_days} days, {seat_use:percent} of seats in use"
    notify: [csm_alerts, crm]
    outcome: {event: subscription_cancelled, within: 90d}
`;

/** @throws Error with the problems, when there is an error. */
export function rulesetOf(text: string | RuleFiles): Ruleset {
  const { ruleset, problems } = readRuleset(typeof text === 'string' ? { 'rules.yaml': text } : text, {});
  if (ruleset === undefined)
    throw new Error(problems.map(({ code, message }) => `${code} ${message}`).join('\n'));
  return ruleset;
}

/** A rule called `busy`, with these further lines; `messages`, `ever` and more can be used in them. */
export function busyRule(lines: string, kind = 'pql'): { readonly rule: Rule; readonly ruleset: Ruleset } {
  const ruleset = rulesetOf(`${METRICS}rules:
  busy:
    kind: ${kind}
${lines.replace(/^/gm, '    ')}
`);
  const rule = ruleset.rules.get('busy');
  if (rule === undefined) throw new Error('the rule is missing');
  return { rule, ruleset };
}

const METRICS = `metrics:
  messages: {count: message_sent, window: 28d}
  all_time: {count: message_sent, window: ever}
  active_users: {users: any, window: 28d}
  paid: {sum: amount, of: invoice_paid, window: 28d}
  idle_days: {days_since_last: any}
  known_days: {days_since_first: any}
  rise: {change: messages}
  per_seat: {ratio: [messages, account.seats]}
  per_user: {ratio: [messages, active_users]}
segments:
  paying: {account.plan: {in: [team, enterprise]}}
  heavy: {messages: {gte: 100}}
scores:
  health:
    parts: {volume: {weight: 100, metric: messages, from: 0, to: 100}}
    bands: {poor: 0, good: 50}
`;
