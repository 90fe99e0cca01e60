// The fields that metric kinds are made of: each reads one key and says its JSON Schema.
import type { JsonObject } from '../../model/json.ts';
import type { Condition } from '../condition.ts';
import type { Field, Subject } from '../metric.ts';
import type { EventSet, Filter } from '../series.ts';
import type { Window } from '../window.ts';
import { readCondition } from './read-condition.ts';
import { readDateTrait } from './read-date-trait.ts';
import { readDuration } from './read-duration.ts';
import { MOST_EVENT_SETS, readEventSets } from './read-event-sets.ts';
import { readEvents } from './read-events.ts';
import { readFilter } from './read-filter.ts';
import { readFormula, type WrittenFormula } from './read-formula.ts';
import { readNumber, readText, readWord } from './read-scalar.ts';
import { readSteps } from './read-steps.ts';
import { readOperand } from './read-subject.ts';
import { readWhole } from './read-whole.ts';
import { readWindow } from './read-window.ts';
import type { Reading } from './reading.ts';
import type { SourceNode } from './source.ts';

export type MetricField<T> = Field<T, SourceNode, Reading> & {
  /** What this key of this kind means, for docs/rules.md and for editors. */
  readonly docs?: string;
  /** Its value is a list, or may be one. */
  readonly list?: true;
};
export type Required<T> = MetricField<T> & { readonly required: true };
export type Optional<T> = MetricField<T> & { readonly required: false };

/** The field with what it means where it stands. */
export const explained = <F extends MetricField<unknown>>(field: F, docs: string): F => ({ ...field, docs });

/** A part of the schema that is described once, in schema/build-schema.ts, with the names of the project in it. */
const shared = (name: string): JsonObject => ({ $ref: `#/definitions/${name}` });

const EVENT_SCHEMA = shared('event');
const DURATION_SCHEMA = shared('duration');
const METRIC_SCHEMA = shared('operand');

export const events = (): Required<EventSet> => ({
  required: true,
  list: true,
  schema: EVENT_SCHEMA,
  read: readEvents,
});

export const where = (): Optional<Filter> => ({
  required: false,
  schema: shared('where'),
  read: readFilter,
});

export const window = (): Required<Window> => ({
  required: true,
  schema: shared('window'),
  read: readWindow,
});

export const property = (): Required<string> => ({
  required: true,
  schema: shared('property'),
  read: (node, reading) => readText(node, reading, 'the property'),
});

export const duration = (what: string): Optional<number> => ({
  required: false,
  schema: DURATION_SCHEMA,
  read: (node, reading) => readDuration(node, reading, { what, zero: false }),
});

export const number = (what: string): Optional<number> => ({
  required: false,
  schema: { type: 'number' },
  read: (node, reading) => readNumber(node, reading, { what }),
});

export const word = <Word extends string>(what: string, words: readonly Word[]): Optional<Word> => ({
  required: false,
  schema: { enum: words },
  read: (node, reading) => readWord(node, reading, { what, words }),
});

export const operand = (what: string): Required<Subject> => ({
  required: true,
  schema: METRIC_SCHEMA,
  read: (node, reading) => readOperand(node, reading, what),
});

/** Two metrics, in order. */
export const operandPair = (what: string): Required<readonly [Subject, Subject]> => ({
  required: true,
  list: true,
  schema: { type: 'array', items: METRIC_SCHEMA, minItems: 2, maxItems: 2 },
  read: (node, reading) => readPair(node, reading, what),
});

function readPair(node: SourceNode, reading: Reading, what: string): readonly [Subject, Subject] | undefined {
  const [first, second] = node.kind === 'list' ? node.items : [];
  if (node.kind !== 'list' || node.items.length !== 2 || first === undefined || second === undefined) {
    if (node.kind !== 'invalid')
      reading.problems.add(
        'M003',
        node.span,
        `${what} needs a list of two metrics`,
        'such as [active_users, account.seats]',
      );
    return undefined;
  }
  const a = readOperand(first, reading, `the first of ${what}`);
  const b = readOperand(second, reading, `the second of ${what}`);
  return a === undefined || b === undefined ? undefined : [a, b];
}

export const optional = <T>(field: Required<T>): Optional<T> => ({ ...field, required: false });

/** The members of an account: all of them, written `any`. */
export const allMembers = (): Required<EventSet> => ({
  required: true,
  schema: { enum: ['any'] },
  read: (node, reading) =>
    readWord(node, reading, { what: 'members', words: ['any'] }) && { kind: 'members' },
});

/** A whole number. */
export const whole = (
  what: string,
  range: { readonly min: number; readonly max: number },
): Optional<number> => ({
  required: false,
  schema: { type: 'integer', minimum: range.min, maximum: range.max },
  read: (node, reading) => readWhole(node, reading, { what, ...range }),
});

/** Each element a name, a list of names, or a change or opening that is made. */
export const eventSets = (what: string): Required<readonly EventSet[]> => ({
  required: true,
  list: true,
  schema: { type: 'array', items: EVENT_SCHEMA, minItems: 1, maxItems: MOST_EVENT_SETS },
  read: (node, reading) => readEventSets(node, reading, what),
});

/** The name of a trait that is a date, written `account.TRAIT`. */
export const dateTrait = (what: string): Required<string> => ({
  required: true,
  schema: shared('date_trait'),
  read: (node, reading) => readDateTrait(node, reading, what),
});

export const formulaText = (): Required<WrittenFormula> => ({
  required: true,
  schema: shared('formula'),
  read: readFormula,
});

type EventsOrCondition =
  | { readonly kind: 'events'; readonly events: EventSet }
  | { readonly kind: 'condition'; readonly condition: Condition };

/** A map is a condition; a name or a list of names is an event. */
export const eventsOrCondition = (what: string): Required<EventsOrCondition> => ({
  required: true,
  list: true,
  schema: shared('event_or_condition'),
  read: (node, reading) => readEventsOrCondition(node, reading, what),
});

function readEventsOrCondition(
  node: SourceNode,
  reading: Reading,
  what: string,
): EventsOrCondition | undefined {
  if (node.kind === 'map') {
    const condition = readCondition(node, reading, `the condition of ${what}`);
    return condition && { kind: 'condition', condition };
  }
  const set = readEvents(node, reading);
  return set && { kind: 'events', events: set };
}

/** A metric, or a number. */
export const limit = (): Required<Subject | number> => ({
  required: true,
  schema: { anyOf: [{ type: 'number' }, METRIC_SCHEMA] },
  read: (node, reading) =>
    node.kind === 'scalar' && typeof node.value === 'number'
      ? readNumber(node, reading, { what: 'limit' })
      : readOperand(node, reading, 'limit'),
});

/** Event sets in order, two at least. */
export const steps = (): Required<readonly EventSet[]> => ({
  required: true,
  list: true,
  schema: { type: 'array', items: EVENT_SCHEMA, minItems: 2 },
  read: readSteps,
});

/** Traits of the account, written `account.TRAIT`. */
export const traits = (): Optional<readonly string[]> => ({
  required: false,
  list: true,
  schema: shared('account_traits'),
  read: readTraits,
});

function readTraits(node: SourceNode, reading: Reading): readonly string[] | undefined {
  const items = node.kind === 'list' ? node.items : [node];
  const names = items.map((item) =>
    item.kind === 'scalar' && /^account\../.test(item.raw) ? item.raw.slice('account.'.length) : undefined,
  );
  for (const [index, name] of names.entries())
    if (name !== undefined && name !== 'age_days')
      reading.traitUses.add('account', name, items[index]?.span ?? node.span);
  const known = names.filter((name) => name !== undefined && name !== 'age_days');
  if (known.length === names.length && known.length > 0)
    return [...new Set(known.filter((name) => name !== undefined))].sort();
  if (node.kind !== 'invalid')
    reading.problems.add('M003', node.span, 'peers are told by traits', 'a list such as [account.plan]');
  return undefined;
}

export const requiredDuration = (what: string): Required<number> => ({
  ...duration(what),
  required: true,
});
