// A project's names and the schema made with them, as a second validator sees it.
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { buildSchema } from '../../../../src/rules/schema/build-schema.ts';
import { collectNames, type SeenNames } from '../../../../src/rules/schema/collect-names.ts';

export const RULES = `metrics:
  messages: {count: message_sent, window: 30d}
segments:
  paying: {account.plan: {in: [team, enterprise]}}
scores:
  adoption:
    parts:
      volume: {weight: 100, metric: messages, from: 0, to: 2000}
    bands: {poor: 0, good: 70}
rules:
  hits_2000:
    kind: pql
    when: {messages: {gte: 2000}}
`;

const SEEN: SeenNames = {
  sinks: ['crm', 'csm_alerts'],
  events: new Map([
    ['message_sent', 1204],
    ['report exported', 3],
  ]),
  accountTraits: ['plan', 'seats'],
  userTraits: ['role'],
};

export const schemaOf = (rules: string = RULES, seen: SeenNames = SEEN) =>
  buildSchema(collectNames({ 'rules.yaml': rules }, seen));

/** What is wrong with a rule file by the schema: `/rules/a: must have required property 'when'`. */
export function openValidator(schema = schemaOf()): (text: string) => readonly string[] {
  // Not strict: it would refuse the keywords that only editors read.
  const validate = new Ajv({ strict: false, allErrors: true }).compile(schema);
  return (text) => {
    validate(parse(text));
    return (validate.errors ?? [])
      .filter(({ keyword }) => keyword !== 'if')
      .map(({ instancePath, message, params }) =>
        `${instancePath}: ${message} ${params.additionalProperty ?? ''}`.trim(),
      );
  };
}
