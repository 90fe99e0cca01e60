// The sentence of a rule: text with places for metrics, scores and traits.
import type { Subject } from './metric.ts';

export type SayPart =
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'value';
      readonly subject: Subject;
      readonly format: 'plain' | 'percent' | 'number';
      /** As written between the braces. */
      readonly text: string;
    };
