// Whether evidence computed anew says what was stored: leaves and the people behind them, scores, grades, traits, the
// champion, and the sentence that was made of it.
import type { Champion, Evidence, LeafPeople, Person, ScoreEvidence } from '../model/signal.ts';
import { tellPerson } from '../model/tell-person.ts';

export interface EvidenceDifference {
  /** A leaf's subject and test, or the name of a score, grade or trait. */
  readonly what: string;
  readonly stored: string;
  readonly found: string;
}

/** True for what could not be computed anew; it is not compared. */
export interface Unchecked {
  readonly leaf: (subject: string) => boolean;
  readonly score: (name: string) => boolean;
  readonly grade: (name: string) => boolean;
  readonly champion: boolean;
  readonly sentence: boolean;
}

/** What people were told. */
export interface Told {
  readonly evidence: Evidence;
  readonly sentence: string;
}

/** In both directions: what stands in one of the two alone is a difference, but for traits. */
export function compareEvidence(
  { evidence: stored, sentence }: Told,
  { evidence: found, sentence: again }: Told,
  unchecked: Unchecked,
): readonly EvidenceDifference[] {
  return [
    ...compareNamed('', leavesOf(stored, unchecked), leavesOf(found, unchecked)),
    ...compareNamed('score.', scoresOf(stored, unchecked), scoresOf(found, unchecked)),
    ...compareNamed('grade.', gradesOf(stored, unchecked), gradesOf(found, unchecked)),
    ...compareNamed('account.', traitsOf(stored, found), traitsOf(found, stored)),
    ...compareNamed('', championOf(stored, unchecked), championOf(found, unchecked)),
    ...(unchecked.sentence ? [] : compareNamed('', [['sentence', sentence]], [['sentence', again]])),
  ];
}

/** What of the stored evidence is left out of the comparison. */
export const listUnchecked = ({ evidence: stored }: Told, unchecked: Unchecked): readonly string[] => [
  ...new Set([
    ...stored.leaves.map(({ subject }) => subject).filter(unchecked.leaf),
    ...Object.keys(stored.scores)
      .filter(unchecked.score)
      .map((name) => `score.${name}`),
    ...Object.keys(stored.grades ?? {})
      .filter(unchecked.grade)
      .map((name) => `grade.${name}`),
    ...(unchecked.champion && stored.champion !== undefined ? ['champion'] : []),
    ...(unchecked.sentence ? ['sentence'] : []),
  ]),
];

const championOf = ({ champion }: Evidence, { champion: isUnchecked }: Unchecked): Named =>
  isUnchecked || champion === undefined ? [] : [['champion', champion]];

/** Which traits are carried depends on the rules that were evaluated along with this one; those of both count. */
const traitsOf = ({ traits }: Evidence, other: Evidence): Named =>
  Object.entries(traits).filter(([name]) => name in other.traits);

type Named = readonly (readonly [string, unknown])[];

/** Each under the leaf's subject and test, which may stand in a rule twice. */
const leavesOf = ({ leaves }: Evidence, { leaf: isUnchecked }: Unchecked): Named =>
  leaves
    .filter(({ subject }) => !isUnchecked(subject))
    .map(({ subject, test, value, outcome, people }) => [
      `${subject} ${test}`,
      { value, outcome, people: describePeople(people) },
    ]);

const scoresOf = ({ scores }: Evidence, { score: isUnchecked }: Unchecked): Named =>
  Object.entries(scores).filter(([name]) => !isUnchecked(name));

const gradesOf = ({ grades = {} }: Evidence, { grade: isUnchecked }: Unchecked): Named =>
  Object.entries(grades).filter(([name]) => !isUnchecked(name));

function compareNamed(prefix: string, stored: Named, found: Named): readonly EvidenceDifference[] {
  const other = new Map(found);
  const own = new Map(stored);
  const names = [...new Set([...own.keys(), ...other.keys()])];
  return names
    .filter((name) => own.has(name) !== other.has(name) || !equal(own.get(name), other.get(name)))
    .map((name) => ({
      what: `${prefix}${name}`,
      stored: own.has(name) ? describe(own.get(name)) : 'not there',
      found: other.has(name) ? describe(other.get(name)) : 'not there',
    }));
}

/** Sums are exact; what was divided may differ in its last digit from one order of rows to another. */
function equal(a: unknown, b: unknown): boolean {
  if (typeof a === 'number' && typeof b === 'number')
    return Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b));
  if (!isObject(a) || !isObject(b)) return (a ?? null) === (b ?? null);
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].every((key) => equal(a[key], b[key]));
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** A leaf's value and outcome, a score's value, or what it is itself. */
function describe(value: unknown): string {
  if (!isObject(value)) return String(value ?? '–');
  const people = typeof value.people === 'string' ? ` ${value.people}` : '';
  if ('outcome' in value) return `${value.value ?? '–'} (${value.outcome})${people}`;
  if ('next' in value) return describeChampion(value as unknown as Champion);
  return 'parts' in value ? describeScore(value as unknown as ScoreEvidence) : JSON.stringify(value);
}

const describeScore = ({ value, band, coverage, parts }: ScoreEvidence): string =>
  `${value ?? '–'}${band === null ? '' : ` ${band}`} (${parts.map((part) => `${part.part} ${part.points ?? '–'}`).join(', ')}; coverage ${coverage})`;

const describeChampion = ({ since, next, ...person }: Champion): string =>
  [`${describePerson(person)} since ${since}`, ...next.map((one) => `next ${describePerson(one)}`)].join(
    '; ',
  );

/** `userId` too: names are not unique. */
const describePerson = (person: Person): string =>
  `${person.userId}: ${tellPerson(person)} (${person.points} points)`;

const describePeople = (people: LeafPeople | undefined): string | undefined =>
  people === undefined
    ? undefined
    : `by ${people.count}: ${people.users.map((user) => `${user.userId} ${user.events ?? user.lastDay}`).join(', ')}`;
