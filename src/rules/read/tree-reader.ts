// The syntax tree of one YAML document to a source tree. What YAML quietly changes (duplicate keys, lost values, merged
// maps, tags) is reported here, so that no reader meets it. Never follows an alias further than it pays for.
import { isAlias, isMap, isScalar, isSeq, type Pair } from 'yaml';
import { explainLoss, isSentence, type Loss } from './explain-loss.ts';
import type { ProblemList } from './problem-list.ts';
import { type MapEntry, positionOf, type SourceFile, type SourceNode, type Span } from './source.ts';

const MOST_ALIASES = 100;
const MOST_NODES_OF_ALIAS = 1000;
const MOST_IN_ROW = 20;

interface Key {
  readonly text: string;
  readonly span: Span;
}

interface Sized {
  readonly node: SourceNode;
  /** Nodes in it, those reached through aliases counted again. */
  readonly size: number;
}

export class TreeReader {
  readonly #file: SourceFile;
  readonly #problems: ProblemList;
  readonly #anchors = new Map<string, Sized>();
  #aliases = 0;
  /** True once a part was given up, with the names that may stand in it. */
  lost = false;

  constructor(file: SourceFile, problems: ProblemList) {
    this.#file = file;
    this.#problems = problems;
  }

  root(node: unknown): SourceNode {
    return this.#read(node).node;
  }

  #read(node: unknown): Sized {
    if (isAlias(node)) return this.#alias(node.source, this.#span(node));
    const tagged = this.#refuseTag(node);
    const sized = this.#content(node);
    const anchor = (node as { readonly anchor?: string } | null)?.anchor;
    if (anchor !== undefined) this.#anchors.set(anchor, sized);
    return tagged ? this.#giveUp(sized.node.span) : sized;
  }

  #content(node: unknown): Sized {
    const span = this.#span(node);
    if (isMap(node)) return this.#map(node.items, span);
    if (isSeq(node)) {
      const items = node.items.map((item) => this.#item(item));
      return { node: { kind: 'list', span, items: items.map((item) => item.node) }, size: sizeOf(items) };
    }
    if (isScalar(node)) return { node: this.#scalar(node, span), size: 1 };
    return invalid(span);
  }

  #item(item: unknown): Sized {
    if (!isEmpty(item)) return this.#read(item);
    this.#problems.add('Y004', this.#span(item), 'list item without a value', 'remove it, or write a value');
    return invalid(this.#span(item));
  }

  #scalar(
    node: { readonly value: unknown; readonly source?: string; readonly type?: string },
    span: Span,
  ): SourceNode {
    const { value } = node;
    if (typeof value === 'number' && !Number.isFinite(value)) {
      this.#problems.add(
        'Y007',
        span,
        `"${node.source ?? value}" is not a number that can be compared`,
        'write a finite number',
      );
      return { kind: 'invalid', span };
    }
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean')
      return { kind: 'invalid', span };
    return { kind: 'scalar', span, value, raw: node.source ?? String(value), quoted: node.type !== 'PLAIN' };
  }

  #map(pairs: readonly Pair[], span: Span): Sized {
    const entries: MapEntry[] = [];
    const seen = new Map<string, Span>();
    const sizes: Sized[] = [];
    let sound = true;
    let told = 0;
    for (const [index, pair] of pairs.entries()) {
      if (index < told) continue;
      const key = this.#key(pair.key);
      if (key === undefined) sound = false;
      if (key === undefined || this.#isSecond(key, seen)) continue;
      const loss = isEmpty(pair.value)
        ? this.#loss(key, pairs.slice(index, index + MOST_IN_ROW), entries)
        : undefined;
      told = index + 1 + (loss?.more ?? 0);
      if (loss?.means === 'map') sound = false;
      if (loss?.means === 'tail' || loss?.means === 'map') continue;
      const value = loss === undefined ? this.#value(key, pair.value) : invalid(key.span);
      sizes.push(value);
      entries.push({ key: key.text, keySpan: key.span, value: value.node });
    }
    return sound ? { node: { kind: 'map', span, entries }, size: sizeOf(sizes) } : this.#giveUp(span);
  }

  /** Reported. `pairs` begin with the one of the key; the value before may turn out to be no whole one. */
  #loss(key: Key, pairs: readonly Pair[], entries: MapEntry[]): Loss {
    const loss = explainLoss(key.text, pairs, entries.at(-1));
    this.#problems.add('Y004', key.span, `key "${key.text}" has no value`, loss.hint);
    if (loss.more !== undefined) loseValue(entries);
    return loss;
  }

  #giveUp(span: Span): Sized {
    this.lost = true;
    return invalid(span);
  }

  #isSecond(key: Key, seen: Map<string, Span>): boolean {
    const first = seen.get(key.text);
    if (first === undefined) {
      seen.set(key.text, key.span);
      return false;
    }
    const hint = `the first is in line ${positionOf(first).line}`;
    this.#problems.add('Y003', key.span, `key "${key.text}" stands twice in one map`, hint);
    return true;
  }

  #value(key: Key, value: unknown): Sized {
    const split = isSentence(key.text) && isMap(value) && value.items.every((pair) => isEmpty(pair.value));
    if (!split) return this.#read(value);
    const span = this.#span(value);
    this.#problems.add('T010', span, `"${key.text}" must be a text`, `quote it: ${key.text}: "…"`);
    return invalid(span);
  }

  #key(node: unknown): Key | undefined {
    const span = this.#span(node);
    if (this.#refuseTag(node)) return undefined;
    if (!isScalar(node) || node.value === null) {
      this.#problems.add(
        'Y011',
        span,
        'a key must be plain text',
        'give a metric a name under "metrics:", and use the name',
      );
      return undefined;
    }
    const text = typeof node.value === 'string' ? node.value : (node.source ?? String(node.value));
    if (text === '<<') {
      this.#problems.add('Y006', span, 'merge keys ("<<") are not supported', 'write the keys out');
      return undefined;
    }
    if (node.anchor !== undefined)
      this.#anchors.set(node.anchor, { node: this.#scalar(node, span), size: 1 });
    return { text, span };
  }

  #alias(name: string, span: Span): Sized {
    this.#aliases += 1;
    const target = this.#anchors.get(name);
    if (target !== undefined && target.size <= MOST_NODES_OF_ALIAS && this.#aliases <= MOST_ALIASES)
      return target;
    this.#problems.add('Y008', span, ...explainAlias(name, target));
    return this.#giveUp(span);
  }

  #refuseTag(node: unknown): boolean {
    const tag = (node as { readonly tag?: string } | null)?.tag;
    if (tag === undefined) return false;
    this.#problems.add(
      'Y005',
      this.#tagSpan(node),
      `tag "${tag.replace('tag:yaml.org,2002:', '!!')}" is not allowed`,
      hintTag(tag),
    );
    return true;
  }

  /** From the exclamation mark on, which stands before the node. */
  #tagSpan(node: unknown): Span {
    const span = this.#span(node);
    const before = this.#file.text.slice(Math.max(0, span.start - 200), span.start);
    const tag = /![^\s,{}[\]]*\s*$/.exec(before)?.[0];
    if (tag === undefined) return span;
    const start = span.start - tag.length;
    return { ...span, start, end: Math.max(span.end, start + tag.trimEnd().length) };
  }

  #span(node: unknown): Span {
    const range = (node as { readonly range?: readonly number[] } | null)?.range;
    return { file: this.#file, start: range?.[0] ?? 0, end: range?.[1] ?? 1 };
  }
}

const sizeOf = (parts: readonly Sized[]): number => parts.reduce((sum, part) => sum + part.size, 1);

const isEmpty = (node: unknown): boolean => node == null || (isScalar(node) && node.value === null);

const invalid = (span: Span): Sized => ({ node: { kind: 'invalid', span }, size: 1 });

function hintTag(tag: string): string {
  if (/^!=/.test(tag)) return 'for "is not" write {not: …}';
  return /^![^!]/.test(tag)
    ? `quote it if it is a text: "${tag}"`
    : 'remove it; quotes make a text of a number';
}

/** Message and hint. */
function explainAlias(name: string, target: Sized | undefined): readonly [string, string] {
  if (target === undefined)
    return [`alias "*${name}" has no anchor before it`, `quote it if it is a text: "*${name}"`];
  if (target.size > MOST_NODES_OF_ALIAS)
    return [`alias "*${name}" stands for more than ${MOST_NODES_OF_ALIAS} parts`, 'write it out'];
  return [`more than ${MOST_ALIASES} aliases in one file`, 'write it out'];
}

/** Of the last entry, whose value goes on in keys that are none. */
function loseValue(entries: MapEntry[]): void {
  const last = entries.pop();
  if (last !== undefined) entries.push({ ...last, value: { kind: 'invalid', span: last.value.span } });
}
