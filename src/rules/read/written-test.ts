// A test together with how and where it was written, for evidence and messages.
import type { Test } from '../test.ts';
import type { Span } from './source.ts';

export interface WrittenTest {
  readonly test: Test;
  /** Such as `gte 2000`. */
  readonly text: string;
  readonly span: Span;
}
