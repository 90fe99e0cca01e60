// SQL over `event`: which tracked events are in a set.
import type { TrackedEvents } from '../series.ts';
import { stringRef, type TextScope } from './compilation.ts';

export function writeEvents(text: TextScope, events: TrackedEvents): string {
  switch (events.kind) {
    case 'any':
      return '1';
    case 'named':
      return `event IN (${texts(text, events.names)})`;
    case 'spelled':
      return `replaceRegexpAll(lowerUTF8(event), '[^a-z]', '') IN (${texts(text, events.letters)})`;
  }
}

const texts = (text: TextScope, words: readonly string[]): string =>
  words.map((word) => stringRef(text, word)).join(', ');
