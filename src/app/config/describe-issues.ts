// What zod found, in words for the person who wrote the file, each at its place.
import type { Node } from 'yaml';
import type { z } from 'zod';
import { nearestName } from '../../rules/read/suggest-name.ts';
import { childOf, type Mistake, type Span, spanAt } from './config-problem.ts';
import { configSchema, SINK_KEYS, SINK_TYPES } from './config-schema.ts';

type Issue = z.core.$ZodIssue;

export const describeIssues = (issues: readonly Issue[], root: Node | null): readonly Mistake[] =>
  issues.flatMap((issue) => describeIssue(issue, root));

function describeIssue(issue: Issue, root: Node | null): readonly Mistake[] {
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey(issue.path, key, root));
    case 'invalid_union':
      return [unknownSinkType(issue, root)];
    case 'invalid_key':
      return [
        wrong(issue.path, `"${String(issue.path.at(-1))}" ${issue.issues[0]?.message ?? 'is no name'}`, root),
      ];
    case 'custom':
      return [
        {
          ...wrong(issue.path, messageOf(issue), root),
          ...(issue.params?.problem === 'G006' ? { code: 'G006' } : {}),
        },
      ];
    default:
      return [wrong(issue.path, messageOf(issue), root)];
  }
}

/** `sinks.crm.token must be …`; a message that names the value itself stands alone. */
function messageOf(issue: Issue): string {
  const where = showPath(issue.path);
  if (issue.message.startsWith('"')) return `${where}: ${issue.message}`;
  if (issue.code === 'invalid_type' && issue.message.startsWith('Invalid input: expected ')) {
    const [expected, got] = issue.message.slice('Invalid input: expected '.length).split(', received ');
    return got === 'undefined' ? `${where} is missing` : `${where} must be ${article(expected ?? '')}`;
  }
  return `${where} ${lowerFirst(issue.message)}`;
}

const WORDS: Readonly<Record<string, string>> = {
  string: 'text; put it in quotes',
  record: 'a map',
  object: 'a map',
  array: 'a list',
  boolean: 'true or false',
  number: 'a number',
  int: 'a whole number',
};
const article = (type: string): string => WORDS[type] ?? type;

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

const wrong = (path: readonly PropertyKey[], message: string, root: Node | null): Mistake => ({
  code: 'G003',
  span: spanAt(root, path),
  message,
});

function unknownKey(path: readonly PropertyKey[], key: string, root: Node | null): Mistake {
  const where = path.length === 0 ? '' : ` in ${showPath(path)}`;
  const nearest = nearestName(key, keysAt(path));
  return {
    code: 'G002',
    span: keySpan(root, path, key),
    message: `unknown key "${key}"${where}`,
    hint: nearest === undefined ? undefined : `did you mean "${nearest}"?`,
  };
}

function unknownSinkType(issue: Issue, root: Node | null): Mistake {
  const type = childOf(nodeAt(root, issue.path.slice(0, -1)), 'type')?.value;
  const where = showPath(issue.path.at(-1) === 'type' ? issue.path.slice(0, -1) : issue.path);
  const known = `write one of ${SINK_TYPES.join(', ')}`;
  const message = type === undefined ? `${where} has no type` : `${where} has a type that is not known`;
  return { code: 'G003', span: spanAt(root, issue.path), message, hint: known };
}

function keySpan(root: Node | null, path: readonly PropertyKey[], key: string): Span {
  return childOf(nodeAt(root, path), key)?.key ?? spanAt(root, path);
}

function nodeAt(root: Node | null, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((node, step) => childOf(node, step)?.value, root);
}

/** `sinks.crm.token`, `write_keys[0].key`. */
const showPath = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (shown, step) =>
      typeof step === 'number'
        ? `${shown}[${step}]`
        : shown === ''
          ? String(step)
          : `${shown}.${String(step)}`,
    '',
  ) || 'the file';

/** Names that could have been meant; of sinks, those of all types. */
function keysAt(path: readonly PropertyKey[]): readonly string[] {
  if (path.length === 0) return Object.keys(configSchema.shape);
  if (path[0] === 'write_keys') return ['name', 'key'];
  if (path[0] === 'reader') return ['listen', 'password'];
  return SINK_KEYS;
}
