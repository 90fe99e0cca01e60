// A part of a rule file as text again, for evidence and hints.
import type { SourceNode } from './source.ts';

/** On one line, without the signs of YAML where they are not needed. */
export function written(node: SourceNode): string {
  if (node.kind === 'scalar') return node.raw;
  if (node.kind === 'list') return `[${node.items.map(written).join(', ')}]`;
  if (node.kind === 'map')
    return node.entries.map((entry) => `${entry.key} ${written(entry.value)}`).join(', ');
  return '';
}

/** For a hint: what is long is left out. */
export function writtenShort(node: SourceNode): string {
  const text = written(node);
  return text.length <= 60 ? text : '[…]';
}
