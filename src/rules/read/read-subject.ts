// A subject by its name: a metric, a trait, a score, a band, a signal.
import type { ChampionField, Subject } from '../metric.ts';
import type { Reading } from './reading.ts';
import type { SourceNode, Span } from './source.ts';
import { nearestName } from './suggest-name.ts';

/** Undefined after a problem was reported. */
export function readSubject(text: string, span: Span, reading: Reading): Subject | undefined {
  const dot = text.indexOf('.');
  if (dot === -1)
    return reading.metric(text, span) === undefined ? undefined : { kind: 'metric', name: text };
  const family = text.slice(0, dot);
  const name = text.slice(dot + 1);
  switch (family) {
    case 'account':
      return readAccount(name, span, reading);
    case 'score':
    case 'band':
      return reading.useOf(family, name, span) ? { kind: family, name } : undefined;
    case 'grade':
      return reading.useOf('grade', name, span) ? { kind: 'grade', name } : undefined;
    case 'signal':
      return reading.useOf('signal', name, span) ? { kind: 'signal', rule: name } : undefined;
    case 'champion':
      return readChampion(name, span, reading);
    case 'user':
      reading.problems.add(
        'T018',
        span,
        `"${text}" is of a user, and an account has many`,
        `ask it in "where" of a metric, such as {users: any, where: {${text}: …}, window: 30d}; or champion.role`,
      );
      return undefined;
    default:
      reading.problems.add('T018', span, `"${text}" is not known`, hintFamily(family, name));
      return undefined;
  }
}

const FAMILIES = ['account', 'score', 'band', 'grade', 'signal', 'champion'];
const OTHERS_OF_ACCOUNT = [
  'org',
  'organization',
  'company',
  'customer',
  'workspace',
  'team',
  'group',
  'trait',
  'traits',
];
const SUBJECTS =
  'subjects: a metric, account.TRAIT, account.age_days, score.NAME, band.NAME, grade.NAME, signal.RULE, champion.idle_days';

function hintFamily(family: string, name: string): string {
  const near = OTHERS_OF_ACCOUNT.includes(family) ? 'account' : nearestName(family, FAMILIES);
  return near === undefined || name.length > 64 ? SUBJECTS : `did you mean "${near}.${name}"?`;
}

const CHAMPION_FIELDS: readonly ChampionField[] = [
  'idle_days',
  'changed',
  'name',
  'email',
  'role',
  'user_id',
];

function readChampion(name: string, span: Span, reading: Reading): Subject | undefined {
  const field = CHAMPION_FIELDS.find((known) => known === name);
  if (field !== undefined) return { kind: 'champion', field };
  const near = nearestName(name, CHAMPION_FIELDS);
  const known = `champion.${CHAMPION_FIELDS.join(', champion.')}`;
  reading.problems.add(
    'T018',
    span,
    `"champion.${name}" is not known`,
    near === undefined ? known : `did you mean "champion.${near}"?`,
  );
  return undefined;
}

function readAccount(name: string, span: Span, reading: Reading): Subject | undefined {
  if (name === 'age_days') return { kind: 'age_days' };
  if (name.trim() !== '') {
    reading.traitUses.add('account', name, span);
    return { kind: 'trait', trait: name };
  }
  reading.problems.add('T015', span, '"account." needs the name of a trait', 'such as account.plan');
  return undefined;
}

/** METRIC: a name of something that is a number, or a metric written in place. */
export function readOperand(node: SourceNode, reading: Reading, what: string): Subject | undefined {
  if (node.kind === 'map') {
    const metric = reading.inlineMetric(node, what);
    return metric === undefined ? undefined : { kind: 'inline', metric };
  }
  if (node.kind !== 'scalar' || typeof node.value !== 'string') {
    if (node.kind !== 'invalid')
      reading.problems.add(
        'M003',
        node.span,
        `${what} must be a metric`,
        'the name of one, account.TRAIT, score.NAME, or one in place: {count: …, window: …}',
      );
    return undefined;
  }
  const subject = readSubject(node.value, node.span, reading);
  if (
    (subject?.kind === 'champion' && subject.field !== 'idle_days') ||
    subject?.kind === 'band' ||
    subject?.kind === 'grade' ||
    subject?.kind === 'signal'
  ) {
    reading.problems.add('M003', node.span, `"${node.value}" is not a number`);
    return undefined;
  }
  if (subject?.kind === 'trait') reading.traitType(subject.trait, 'number', node.span);
  return subject;
}

/** What a subject's values are: a number, a word of a list, or what the trait is compared with. */
export const isNumeric = (subject: Subject): boolean =>
  subject.kind === 'metric' ||
  subject.kind === 'inline' ||
  subject.kind === 'score' ||
  subject.kind === 'age_days' ||
  (subject.kind === 'champion' && subject.field === 'idle_days');
