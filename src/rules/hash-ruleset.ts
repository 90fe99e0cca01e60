// The hash of a whole ruleset: any change of meaning or wording changes it, comments and layout do not.
import type { JsonObject, JsonValue } from '../model/json.ts';
import type { DefinitionHasher } from './hash-definitions.ts';
import { hashJson } from './hash-json.ts';
import type { Rule } from './rule.ts';
import type { Ruleset } from './ruleset.ts';

/** SHA-256 in hex. The order of definitions counts, since results are stored in it. */
export function hashRuleset(ruleset: Omit<Ruleset, 'hash'>, hasher: DefinitionHasher): string {
  const { metrics, segments, scores, grades, rules } = ruleset;
  return hashJson({
    metrics: [...metrics].map(([name, metric]) => [name, metric.definition]),
    segments: [...segments].map(([name, condition]) => [name, hasher.condition(condition)]),
    scores: [...scores].map(([name, score]) => [name, hasher.score(score)]),
    // Only where there are any: rulesets without them keep the hash that they had.
    ...(grades.size === 0 ? {} : { grades: [...grades].map(([name, grade]) => [name, hasher.grade(grade)]) }),
    rules: [...rules].map(([name, rule]) => [name, ruleJson(rule, hasher)]),
  });
}

function ruleJson(rule: Rule, hasher: DefinitionHasher): JsonObject {
  return {
    condition: rule.conditionHash,
    was: rule.was ?? null,
    kind: rule.kind,
    cooldown: rule.cooldownDays,
    severity: rule.severity.map(({ severity, when }) => [severity, hasher.condition(when)]),
    say:
      rule.say?.map((part) => (part.kind === 'text' ? part.text : { format: part.format, of: part.text })) ??
      null,
    notify: rule.notify?.map(notifyJson) ?? null,
    mute_if: rule.muteIf === undefined ? null : hasher.condition(rule.muteIf),
    stage: rule.stage,
    outcome: rule.outcome === undefined ? null : { ...rule.outcome },
    owner: rule.owner ?? null,
    playbook: rule.playbook ?? null,
    note: rule.note ?? null,
    on_create: rule.onCreate,
    max_new_per_day: rule.maxNewPerDay ?? null,
  };
}

const notifyJson = (notify: NonNullable<Rule['notify']>[number]): JsonValue => ({
  sink: notify.sink,
  states: notify.states ?? null,
  repeat: notify.repeatDays ?? null,
});
