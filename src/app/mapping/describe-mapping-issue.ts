// What zod found in a mapping, in words for the person who wrote it, at its place.
import type { Node } from 'yaml';
import type { z } from 'zod';
import { nearestName } from '../../rules/read/suggest-name.ts';
import { childOf, type Mistake, spanAt } from '../config/config-problem.ts';
import { mappingSchemas } from './mapping-schema.ts';

type Issue = z.core.$ZodIssue;

export function describeMappingIssue(issue: Issue, root: Node | null): readonly Mistake[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(issue.path, key, root));
  const where = issue.path.join('.') || 'the mapping';
  const span = spanAt(root, issue.path);
  if (issue.code === 'invalid_union' && issue.path.length > 0 && issue.path[0] !== 'type') {
    const inside = knownKeyMistakes(issue, root);
    if (inside.length > 0) return inside;
  }
  const isMissing = childOf(nodeAt(root, issue.path.slice(0, -1)), issue.path.at(-1) ?? '') === undefined;
  if (isMissing && issue.path.length > 0) {
    const hint = issue.path.at(-1) === 'type' ? 'write type: track, identify or group' : undefined;
    return [{ code: 'G003', span, message: `${where} is missing`, hint }];
  }
  const message = issue.message.startsWith('Invalid input: expected ')
    ? `must be ${WORDS[issue.message.slice('Invalid input: expected '.length).split(',')[0] ?? ''] ?? 'of another kind'}`
    : issue.message;
  return [
    { code: 'G003', span, message: message.startsWith('"') ? `${where}: ${message}` : `${where} ${message}` },
  ];
}

const WORDS: Readonly<Record<string, string>> = {
  string: 'text; put it in quotes',
  record: 'a map',
  object: 'a map',
  boolean: 'true or false',
};

const SOURCE_KEYS = ['column', 'value'];

/** Of {column} or {value} with a key that is neither: the key is the mistake, not the whole. */
function knownKeyMistakes(issue: Issue, root: Node | null): readonly Mistake[] {
  const node = nodeAt(root, issue.path);
  const keys = typeof node === 'object' && node !== null && 'items' in node ? keysOf(node.items) : [];
  return keys.filter((key) => !SOURCE_KEYS.includes(key)).map((key) => unknownKey(issue.path, key, root));
}

const keysOf = (items: unknown): readonly string[] =>
  Array.isArray(items)
    ? items.flatMap((item) => (childValue(item, 'key') ? [String(childValue(item, 'key'))] : []))
    : [];

function unknownKey(path: readonly PropertyKey[], key: string, root: Node | null): Mistake {
  const owner = nodeAt(root, path);
  const where = path.length === 0 ? '' : ` in ${path.join('.')}`;
  const nearest = nearestName(key, keysAt(path, root));
  return {
    code: 'G002',
    span: childOf(owner, key)?.key ?? spanAt(root, path),
    message: `unknown key "${key}"${where}`,
    hint: nearest === undefined ? undefined : `did you mean "${nearest}"?`,
  };
}

function keysAt(path: readonly PropertyKey[], root: Node | null): readonly string[] {
  if (path.length === 0) {
    const type = String(childOf(root, 'type')?.value ?? '');
    return type === 'track' || type === 'identify' || type === 'group'
      ? Object.keys(mappingSchemas[type].shape)
      : [];
  }
  if (path[0] === 'timestamp') return ['column', 'format', 'timezone'];
  return path.length === 1 ? SOURCE_KEYS : ['column', 'type'];
}

function nodeAt(root: Node | null, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((node, step) => childOf(node, step)?.value, root);
}

const childValue = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
