// EVENT, §3: what happened in an account up to the last day of the look, and whether it passes `where`.
import { type Look, userTraitOf, type Value } from './look.ts';
import { ownerAt } from './memberships.ts';
import { isList, isMap, type Plain, type PlainMap } from './plain.ts';
import { testValue } from './test-value.ts';
import { textOf, traitChanges } from './trait-history.ts';

export interface Occurrence {
  readonly day: number;
  readonly at: number;
  readonly id: string;
  /** Empty when nobody is known to have done it. */
  readonly user: string;
  /** Of a tracked event. */
  readonly event: string;
  readonly properties: PlainMap;
}

/** Sorted by (timestamp, id). */
export function occurrences(look: Look, event: Plain | undefined, where?: Plain): readonly Occurrence[] {
  const all = named(look, event).filter(({ day }) => day <= look.day);
  return where === undefined ? all : all.filter((occurrence) => passes(look, occurrence, where));
}

function named(look: Look, event: Plain | undefined): readonly Occurrence[] {
  const tracked = look.facts.events.get(look.account) ?? [];
  if (event === 'any') return tracked;
  if (isList(event)) return tracked.filter((one) => event.includes(one.event));
  const name = String(event);
  const [family, rest] = [name.slice(0, name.indexOf('.')), name.slice(name.indexOf('.') + 1)];
  if (family === 'account') return accountChanges(look, rest);
  if (family === 'user') return userChanges(look, rest);
  if (family === 'signal') return openings(look, rest);
  return tracked.filter((one) => one.event === name);
}

function accountChanges({ facts, account, calendar }: Look, trait: string): readonly Occurrence[] {
  return traitChanges(facts.accountTraits, account, trait).map(({ at, id, from, to }) => ({
    day: calendar.dayOf(at),
    at,
    id,
    user: '',
    event: '',
    properties: { from, to },
  }));
}

/** A change counts where the user belonged at its time, as events without an account do. */
function userChanges({ facts, account, calendar }: Look, trait: string): readonly Occurrence[] {
  const users = [...facts.userTraits.keys()];
  const changes = users.flatMap((user) =>
    traitChanges(facts.userTraits, user, trait)
      .filter(({ at }) => ownerAt(facts.members, user, at) === account)
      .map(({ at, id, from, to }) => ({
        day: calendar.dayOf(at),
        at,
        id,
        user,
        event: '',
        properties: { from, to },
      })),
  );
  return changes.sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
}

/** An opening counts from the day after. */
function openings(look: Look, rule: string): readonly Occurrence[] {
  return look.openings(rule).map((day) => ({
    day: day + 1,
    at: look.calendar.endOf(day) + 1,
    id: '',
    user: '',
    event: '',
    properties: {},
  }));
}

/** What is unknown does not match. */
function passes(look: Look, occurrence: Occurrence, where: Plain): boolean {
  if (!isMap(where)) throw new Error('"where" is a map');
  return Object.entries(where).every(
    ([property, tests]) => testValue(propertyOf(look, occurrence, property), tests, look) === true,
  );
}

function propertyOf(look: Look, { user, properties }: Occurrence, property: string): Value {
  if (property === 'user_id') return { kind: 'text', value: user === '' ? null : user };
  if (property.startsWith('user.'))
    return { kind: 'text', value: userTraitOf(look, user, property.slice(5)) };
  return { kind: 'text', value: propertyText(properties, property) };
}

/** `a.b` reaches into objects; null when missing or JSON null. */
export function propertyText(properties: PlainMap, property: string): string | null {
  let value: Plain | undefined = properties;
  for (const key of property.split('.')) value = isMap(value) ? value[key] : undefined;
  return textOf(value);
}
